import { describe, expect, it } from "vitest";

import { Backoff, MOST_CRASHES, WINDOW_MILLISECONDS } from "../../src/backoff";

describe("a server that crashes", () => {
  it("is started later each time, and then no more", () => {
    let now = 0;
    const backoff = new Backoff(() => now);
    const delays: number[] = [];
    for (;;) {
      const decision = backoff.crashed();
      if (decision.action === "stop") {
        expect(decision.crashes).toBe(MOST_CRASHES);
        break;
      }
      delays.push(decision.delay);
      now += decision.delay + 10;
    }
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000]);
  });

  it("now and then is started again for ever", () => {
    let now = 0;
    const backoff = new Backoff(() => now);
    for (let crash = 0; crash < 50; crash += 1) {
      expect(backoff.crashed()).toMatchObject({ action: "restart" });
      now += WINDOW_MILLISECONDS / 2;
    }
  });

  it("gets another chance when the user says so", () => {
    const backoff = new Backoff(() => 0);
    while (backoff.crashed().action !== "stop");
    backoff.forget();
    expect(backoff.crashed()).toEqual({ action: "restart", delay: 1_000, attempt: 1 });
  });
});
