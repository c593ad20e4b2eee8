import { describe, expect, it } from "vitest";
import { leave } from "./leaving";
import { formatSse, type SseEvent, sseResponse } from "./sse";

it.each([
  [{ id: 7, event: "snapshot", data: "{}" }, "id: 7\nevent: snapshot\ndata: {}\n\n"],
  [{ data: "a\nb" }, "data: a\ndata: b\n\n"],
])("formats %o", (event, text) => {
  expect(formatSse(event)).toBe(text);
});

/** Yields what it is given and then waits for its signal, saying when it was let go. */
function source(events: SseEvent[]) {
  const state = { ended: false };
  async function* open(signal: AbortSignal) {
    try {
      yield* events;
      if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    } finally {
      state.ended = true;
    }
  }
  return { open, state };
}

async function readAll(response: Response): Promise<string> {
  return new Response(response.body).text();
}

describe("sseResponse", () => {
  it("is a stream that no proxy may change", () => {
    const { headers } = sseResponse(source([]).open, { signal: AbortSignal.abort() });
    expect(headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(headers.get("cache-control")).toBe("no-cache, no-transform");
  });

  it("ends after its lifetime, letting the source go", async () => {
    const { open, state } = source([{ id: 1, data: "x" }]);
    const text = await readAll(sseResponse(open, { signal: new AbortController().signal, lifetimeMs: 20 }));
    expect(text).toBe("retry: 2000\n\nid: 1\ndata: x\n\n");
    expect(state.ended).toBe(true);
  });

  it("sends a sign of life", async () => {
    const { open } = source([]);
    const text = await readAll(
      sseResponse(open, { signal: new AbortController().signal, heartbeatMs: 5, lifetimeMs: 60 }),
    );
    expect(text).toContain(": still here\n\n");
  });

  it("ends at the sign of life at which its reader may not go on, and not while nobody can tell", async () => {
    const { open, state } = source([{ data: "x" }]);
    const answers = [async () => true, () => Promise.reject(new Error("no store")), async () => false];
    const mayGoOn = () => (answers.shift() ?? answers[0] ?? (async () => false))();
    const text = await readAll(
      sseResponse(open, { signal: new AbortController().signal, heartbeatMs: 5, mayGoOn, lifetimeMs: 60_000 }),
    );
    expect(text).toBe("retry: 2000\n\ndata: x\n\n: still here\n\n: still here\n\n");
    expect(state.ended).toBe(true);
  });

  it("lets the source go when the reader leaves", async () => {
    const { open, state } = source([{ data: "x" }]);
    const reader = sseResponse(open, { signal: new AbortController().signal }).body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await new Promise((resolve) => setImmediate(resolve));
    expect(state.ended).toBe(true);
  });

  it("lets the source go when the request ends", async () => {
    const { open, state } = source([]);
    const request = new AbortController();
    const text = readAll(sseResponse(open, { signal: request.signal }));
    request.abort();
    await text;
    expect(state.ended).toBe(true);
  });

  it("breaks off when the source fails, so that the browser comes back", async () => {
    const open = async function* (): AsyncGenerator<SseEvent> {
      yield { data: "x" };
      throw new Error("boom");
    };
    await expect(readAll(sseResponse(open, { signal: new AbortController().signal }))).rejects.toThrow();
  });

  it("says when to come back, and ends, when the process is asked to end", async () => {
    const { open, state } = source([{ data: "x" }]);
    const reading = readAll(sseResponse(open, { signal: new AbortController().signal }));
    await new Promise((resolve) => setImmediate(resolve));
    await leave();
    const text = await reading;
    expect(text).toMatch(/^retry: 2000\n\ndata: x\n\nretry: \d+\n\n$/);
    expect(state.ended).toBe(true);
    // Who comes later, on a connection that is still open, is sent on at once.
    const later = await readAll(sseResponse(source([]).open, { signal: new AbortController().signal }));
    expect(later).toMatch(/^retry: 2000\n\nretry: \d+\n\n$/);
  });
});
