/**
 * The team's server: who it is, and the token that it knows the user by. Both are kept in the editor's
 * secret storage only, and handed to the language server by variables of its environment, so that
 * neither ever stands in a file of settings.
 */

/** Where the editor keeps them. */
export const SECRET = "omnistack.team";

/** A team's server, and who we are to it. */
export interface Account {
  readonly url: string;
  readonly token: string;
}

/** Storage for secrets, such as the editor's. */
export interface Secrets {
  get(key: string): Thenable<string | undefined>;
  store(key: string, value: string): Thenable<void>;
  delete(key: string): Thenable<void>;
}

/** Asks a server, such as `fetch` does. */
export type Ask = (url: string, options: RequestInit) => Promise<{ readonly status: number }>;

/** What is wrong with an address; nothing if it can be used. */
export function addressProblem(text: string): string | undefined {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return "This is no address, such as https://omnistack.example.org.";
  }
  const isLoopback = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback)) {
    return "A token goes over https only, but to this machine itself.";
  }
  if (url.username !== "" || url.password !== "") {
    return "An address holds no user and no password: the token comes next.";
  }
  return undefined;
}

/** An address without what does not belong to it. */
export function address(text: string): string {
  const url = new URL(text.trim());
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}

/** Whether the server takes the token: why not, or nothing if it does. */
export async function refusalOf(account: Account, ask: Ask): Promise<string | undefined> {
  const headers = { authorization: `Bearer ${account.token}`, accept: "application/json" };
  try {
    // A token must not follow wherever an answer points.
    const options: RequestInit = { headers, redirect: "error", signal: AbortSignal.timeout(10_000) };
    const { status } = await ask(`${account.url}/v1/models`, options);
    if (status >= 200 && status < 300) {
      return undefined;
    }
    if (status === 401 || status === 403) {
      return `${account.url} does not take this token (${status}). Ask for a new one, and sign in again.`;
    }
    return `${account.url} answers with ${status}: is this the address of a team's server?`;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `${account.url} cannot be reached: ${why}.`;
  }
}

/** The account, if there is one. */
export async function account(secrets: Secrets): Promise<Account | undefined> {
  const kept = await secrets.get(SECRET);
  if (kept === undefined) {
    return undefined;
  }
  try {
    const { url, token } = JSON.parse(kept) as Partial<Account>;
    return typeof url === "string" && typeof token === "string" ? { url, token } : undefined;
  } catch {
    return undefined;
  }
}

/** The variables that tell the language server of an account. */
export function variables(account: Account | undefined): Record<string, string> {
  return account === undefined
    ? {}
    : { OMNISTACK_REMOTE_URL: account.url, OMNISTACK_REMOTE_TOKEN: account.token };
}
