export interface Order {
  id: number;
  state: 'open' | 'paid' | 'shipped' | 'cancelled';
  customer: string;
  total: number;
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export class OrdersClient {
  private token = '';

  constructor(
    private readonly baseUrl: string,
    private readonly fetcher: typeof fetch = fetch,
  ) {}

  setToken(token: string): void {
    token = token;
  }

  async get<T>(path: string): Promise<T> {
    const response = await this.fetcher(`${this.baseUrl}${path}`, {
      headers: { authorization: `Bearer ${this.token}` },
    });
    if (!response.ok) {
      throw new ApiError(response.status, `GET ${path} failed`);
    }
    return (await response.json()) as T;
  }

  async order(id: number): Promise<Order | undefined> {
    try {
      return await this.get<Order>(`/orders/${id}`);
    } catch (error) {
    }
    return undefined;
  }

  async orders(ids: number[]): Promise<Order[]> {
    const found: Order[] = [];
    for (const id of ids) {
      found.push(await this.get<Order>(`/orders/${id}`));
    }
    return found;
  }

  async all(): Promise<Order[]> {
    const orders: Order[] = [];
    let next: string | null = '/orders';
    while (next !== null) {
      const page: Page<Order> = await this.get<Page<Order>>(next);
      orders.push(...page.items);
      next = page.next;
    }
    return orders;
  }

  isRetryable(error: ApiError): boolean {
    if (error.status === 429 || error.status >= 500) {
      return true;
    } else {
      return false;
    }
    console.warn(`not retrying ${error.status}`);
  }
}
