export function convert(amount: number, rate: number): number {
  return Math.round(amount * rate * 100) / 100;
}

export function charge(customer: string, amount: number): string {
  return `${customer}: ${amount.toFixed(2)}`;
}
