import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { account, address, addressProblem, refusalOf, SECRET, variables } from "../../src/team";

describe("an address", () => {
  it("is https, or on this machine", () => {
    expect(addressProblem("https://omnistack.example.org/base/")).toBeUndefined();
    expect(addressProblem("http://127.0.0.1:8080")).toBeUndefined();
    expect(addressProblem("http://localhost:8080")).toBeUndefined();
    expect(addressProblem("http://omnistack.example.org")).toContain("https only");
    expect(addressProblem("http://localhost.example.org")).toContain("https only");
    expect(addressProblem("ftp://127.0.0.1")).toContain("https only");
    expect(addressProblem("https://user:secret@example.org")).toContain("no password");
    expect(addressProblem("example")).toContain("no address");
  });

  it("is kept without what does not belong to it", () => {
    expect(address(" https://example.org/base/?x=1#y ")).toBe("https://example.org/base");
    expect(address("https://example.org")).toBe("https://example.org");
  });
});

describe("a token", () => {
  let server: Server;
  let url: string;
  const seen: (string | undefined)[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      const isKnown = request.headers.authorization === "Bearer good";
      const elsewhere = request.url?.startsWith("/moved/") ?? false;
      response.writeHead(elsewhere ? 302 : isKnown ? 200 : 401, { location: "/v1/models" });
      response.end("[]");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => server.close());

  it("is taken or refused by the server", async () => {
    expect(await refusalOf({ url, token: "good" }, fetch)).toBeUndefined();
    expect(await refusalOf({ url, token: "bad" }, fetch)).toContain("does not take this token (401)");
    expect(seen).toEqual(["Bearer good", "Bearer bad"]);
  });

  it("goes nowhere else", async () => {
    seen.length = 0;
    expect(await refusalOf({ url: `${url}/moved`, token: "good" }, fetch)).toContain("cannot be reached");
    expect(seen).toHaveLength(1);
  });

  it("is not kept where the server cannot be reached, or is another one", async () => {
    const refused = () => Promise.reject(new Error("connection refused"));
    expect(await refusalOf({ url, token: "x" }, refused)).toContain("cannot be reached: connection refused");
    const other = () => Promise.resolve({ status: 404 });
    expect(await refusalOf({ url, token: "x" }, other)).toContain("answers with 404");
  });

  it("is kept in secret storage, and handed on by the environment", async () => {
    const kept = new Map<string, string>();
    const secrets = {
      get: (key: string) => Promise.resolve(kept.get(key)),
      store: (key: string, value: string) => Promise.resolve(void kept.set(key, value)),
      delete: (key: string) => Promise.resolve(void kept.delete(key)),
    };
    expect(await account(secrets)).toBeUndefined();
    expect(variables(undefined)).toEqual({});
    const known = { url: "https://example.org", token: "t" };
    await secrets.store(SECRET, JSON.stringify(known));
    expect(await account(secrets)).toEqual(known);
    expect(variables(known)).toEqual({
      OMNISTACK_REMOTE_URL: "https://example.org",
      OMNISTACK_REMOTE_TOKEN: "t",
    });
    await secrets.store(SECRET, "no JSON");
    expect(await account(secrets)).toBeUndefined();
  });
});
