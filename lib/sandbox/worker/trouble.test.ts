import { describe, expect, it } from "vitest";
import type { ContainerTrouble, RequestTrouble } from "@/lib/sandbox/core/types";
import { lastLine, post, run } from "./testing/run";

const SMALL = { task_id: "t", prompt: "a cat", width: 64, height: 64, seed: 1, steps: 5 };

/** The first request meets this trouble, the next ones none. */
function once(trouble: RequestTrouble): ContainerTrouble {
  const pending: (RequestTrouble | undefined)[] = [trouble];
  return { atRequest: () => pending.shift() };
}

describe("trouble at start", () => {
  it.each([
    ["host-oom", 137, "Killed"],
    ["crash", 1, "RuntimeError: CUDA error: unspecified launch failure"],
  ] as const)("%s ends the process with %i", async (kind, exitCode, line) => {
    const { container, log } = run({ trouble: { atStart: () => ({ kind }) } });
    await expect(container.ready).rejects.toMatchObject({ exitCode });
    expect(lastLine(log)).toBe(line);
  });

  it("slow: the program begins that much later, whatever the speed", async () => {
    const slept: number[] = [];
    const clock = { now: () => 0, sleep: async (ms: number) => void slept.push(ms) };
    const { container } = run({ trouble: { atStart: () => ({ kind: "slow", delayMs: 90_000 }) }, clock });
    await container.ready;
    expect(slept).toEqual([90_000]);
  });
});

describe("trouble at a request", () => {
  it.each([
    ["host-oom", 137, "Killed"],
    ["crash", 139, "Segmentation fault (core dumped)"],
  ] as const)("%s ends the process: this request and those behind it are lost", async (kind, exitCode, line) => {
    const { container, log } = run({ trouble: once({ kind }) });
    const [first, second] = await Promise.allSettled([post(container, SMALL), post(container, SMALL)]);
    expect([first, second]).toMatchObject([
      { status: "rejected", reason: { exitCode } },
      { status: "rejected", reason: { exitCode } },
    ]);
    expect(lastLine(log)).toBe(line);
  });

  it("cuda-oom is torch's own words, and the next request works", async () => {
    const { container } = run({ trouble: once({ kind: "cuda-oom" }) });
    const { status, body } = await post(container, SMALL);
    expect(status).toBe(469);
    expect(body.error_msg).toContain("Server Error - CUDA out of memory. Tried to allocate ");
    expect(body.task_id).toBe("t");
    expect((await post(container, SMALL)).status).toBe(200);
  });

  it.each(["cut", "garbled"] as const)("corrupt, %s: the status is right and the body no JSON", async (how) => {
    const { container } = run({ trouble: once({ kind: "corrupt", how }) });
    const send = () =>
      container.handle(
        { method: "POST", url: "/", headers: {}, body: Buffer.from(JSON.stringify(SMALL)) },
        new AbortController().signal,
      );
    const parse = (body: Uint8Array) => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    const broken = await send();
    expect(broken.status).toBe(200);
    expect(() => parse(broken.body)).toThrow();
    expect(parse((await send()).body)).toMatchObject({ success: 1 });
  });

  it("slow: the answer waits on the clock", async () => {
    const slept: number[] = [];
    const clock = { now: () => 0, sleep: async (ms: number) => void slept.push(ms) };
    const { container } = run({ trouble: once({ kind: "slow", delayMs: 5000 }), clock });
    expect((await post(container, SMALL)).status).toBe(200);
    expect(slept).toEqual([5000]);
  });
});
