import { describe, expect, test } from "vitest";
import { QueueRefusal } from "./item";
import { LEAVING_MS } from "./stream";
import { createTestStream, join, newItem, textOf } from "./testing";

const indexes = (items: readonly { index: bigint }[]) => items.map(({ index }) => index);
const at = async (work: Promise<readonly { data: Uint8Array }[]>) =>
  (await work).map(({ data }) => Buffer.from(data).toString());
const NOW = { timeoutMs: 0, autoDelete: false };

describe("indexes", () => {
  test("rise strictly, within one moment and when the clock goes back, and no JavaScript number holds them", () => {
    const { stream, clock } = createTestStream();
    const first = stream.put(newItem("a"));
    const second = stream.put(newItem("b"));
    expect(second.index > first.index).toBe(true);
    expect(first.index > BigInt(Number.MAX_SAFE_INTEGER)).toBe(true);
    // [Java] reads a signed 64-bit number.
    expect(first.index < 1n << 63n).toBe(true);
    expect(String(first.index)).toHaveLength(19);
    const late = createTestStream({ clock });
    late.stream.apply({ op: "last", index: "9000000000000000000" });
    expect(late.stream.put(newItem("c")).index).toBe(9000000000000000001n);
  });

  test("are never given again, even when all items are gone", () => {
    const test = createTestStream();
    const { index } = test.stream.put(newItem("a"));
    test.stream.delete([index]);
    expect(test.reopen().stream.put(newItem("b")).index > index).toBe(true);
  });
});

describe("what is refused", () => {
  const refusal = (work: () => unknown): [number, string] => {
    try {
      work();
    } catch (error) {
      if (error instanceof QueueRefusal) return [error.status, error.message];
      throw error;
    }
    return [200, ""];
  };

  test("413: more than the largest payload", () => {
    const { stream } = createTestStream({ limits: { maxPayloadBytes: 3 } });
    expect(refusal(() => stream.put(newItem("abc")))[0]).toBe(200);
    expect(refusal(() => stream.put(newItem("abcd")))).toEqual([
      413,
      "payload of 4 bytes exceeds the limit of 3 bytes",
    ]);
  });

  test.each([{ maxItems: 2 }, { maxBytes: 300 }])("429: full, %o; room again after a delete", (limits) => {
    const { stream } = createTestStream({ limits });
    const { index } = stream.put(newItem("a"));
    stream.put(newItem("b"));
    expect(refusal(() => stream.put(newItem("c")))).toEqual([429, "queue is full"]);
    expect(stream.items.size).toBe(2);
    stream.delete([index]);
    expect(refusal(() => stream.put(newItem("c")))[0]).toBe(200);
  });

  test("400: other tags than the rest of the group, unless nobody is there", () => {
    const { stream } = createTestStream();
    const { consumer } = join(stream, { tags: { kind: "x" } });
    expect(refusal(() => join(stream, { uid: "v", tags: { kind: "y" } }))).toEqual([
      400,
      "tags[kind=y] differ from tags[kind=x] of the other consumers of group eas",
    ]);
    expect(refusal(() => join(stream, { uid: "v", tags: { kind: "x" } }))[0]).toBe(200);
    stream.leave(consumer);
    expect(refusal(() => join(stream, { uid: "v", gid: "other", tags: { kind: "y" } }))[0]).toBe(200);
  });

  test("400: a put after the end, until the next run of the queue sub-service", () => {
    const { stream } = createTestStream();
    stream.end("queue-1", false);
    expect(refusal(() => stream.put(newItem("a")))[0]).toBe(400);
    stream.openFor("queue-1");
    expect(refusal(() => stream.put(newItem("a")))[0]).toBe(400);
    stream.openFor("queue-2");
    expect(refusal(() => stream.put(newItem("a")))[0]).toBe(200);
  });
});

describe("get", () => {
  const filled = () => {
    const test = createTestStream();
    const put = (text: string, priority = 0, tags = {}) =>
      test.stream.put(newItem(text, { priority, tags: { requestId: text, ...tags } })).index;
    return { ...test, a: put("a"), b: put("b", 0, { k: "1" }), c: put("c", 5), d: put("d", 0, { k: "1" }) };
  };

  test.each([
    ["head", 9, {}, ["c", "a", "b", "d"]],
    ["head", 2, {}, ["c", "a"]],
    ["head", 1, {}, ["c"]],
    ["newest", 1, {}, ["d"]],
    ["newest", 1, { requestId: "b" }, ["b"]],
    ["head", 9, { k: "1" }, ["b", "d"]],
    ["head", 9, { k: "1", requestId: "d" }, ["d"]],
    ["head", 9, { k: "2" }, []],
  ] as const)("from %s, %i at most, tags %o", async (start, length, tags, expected) => {
    const { stream } = filled();
    expect(await at(stream.get({ start, length, tags }, NOW))).toEqual(expected);
  });

  test("an index means that item, and with a length those after it", async () => {
    const { stream, b, d } = filled();
    expect(await at(stream.get({ start: b, length: 1, tags: {} }, NOW))).toEqual(["b"]);
    expect(await at(stream.get({ start: b, length: 3, tags: {} }, NOW))).toEqual(["b", "c", "d"]);
    expect(await at(stream.get({ start: d + 1n, length: 1, tags: {} }, NOW))).toEqual([]);
  });

  test("takes out what it returns when told to, and nothing else", async () => {
    const { stream } = filled();
    await stream.get({ start: "head", length: 2, tags: { k: "1" } }, { timeoutMs: 0, autoDelete: true });
    expect([...stream.items.values()].map(textOf)).toEqual(["a", "c"]);
  });

  test("waits until there are as many as asked for", async () => {
    const { stream } = createTestStream();
    const answer = stream.get({ start: "head", length: 2, tags: {} }, { timeoutMs: 5000, autoDelete: true });
    stream.put(newItem("a"));
    expect(stream.items.size).toBe(1);
    stream.put(newItem("b"));
    expect(await at(answer)).toEqual(["a", "b"]);
    expect(stream.items.size).toBe(0);
  });

  test("answers with what is there when the time is over", async () => {
    const { stream, clock } = createTestStream();
    const answer = stream.get({ start: "head", length: 2, tags: {} }, { timeoutMs: 5000, autoDelete: true });
    stream.put(newItem("a"));
    await clock.advance(4999);
    expect(stream.items.size).toBe(1);
    await clock.advance(1);
    expect(await at(answer)).toEqual(["a"]);
  });

  test("two that wait never get the same item", async () => {
    const { stream } = createTestStream();
    const wait = () => stream.get({ start: "head", length: 1, tags: {} }, { timeoutMs: 5000, autoDelete: true });
    const answers = [wait(), wait()];
    stream.put(newItem("a"));
    stream.put(newItem("b"));
    expect((await Promise.all(answers)).flatMap((items) => items.map(textOf))).toEqual(["a", "b"]);
  });

  test("who has gone takes nothing", async () => {
    const { stream, clock } = createTestStream();
    const caller = new AbortController();
    const selection = { start: "head", length: 1, tags: {} } as const;
    const answer = stream.get(selection, { timeoutMs: 5000, autoDelete: true, signal: caller.signal });
    caller.abort(new Error("gone"));
    expect(await answer).toEqual([]);
    stream.put(newItem("a"));
    await clock.advance(6000);
    expect(stream.items.size).toBe(1);
  });
});

describe("consumers", () => {
  test("get at most a window, in order, priority first", () => {
    const { stream } = createTestStream();
    for (const text of ["a", "b", "c"]) stream.put(newItem(text));
    stream.put(newItem("z", { priority: 1 }));
    const one = join(stream, { window: 2 });
    expect(one.texts()).toEqual(["z", "a"]);
    stream.put(newItem("y", { priority: 2 }));
    stream.commit("eas", indexes(one.got.slice(1)));
    expect(one.texts()).toEqual(["z", "a", "y"]);
  });

  test("of one group share, of two groups each get all", () => {
    const { stream } = createTestStream();
    const [u, v] = [join(stream, { uid: "u" }), join(stream, { uid: "v" })];
    const other = join(stream, { gid: "other" });
    for (const text of ["a", "b", "c", "d"]) stream.put(newItem(text));
    expect(u.got).toHaveLength(2);
    expect([...u.texts(), ...v.texts()].sort()).toEqual(["a", "b", "c", "d"]);
    expect(other.texts()).toEqual(["a", "b", "c", "d"]);
  });

  test("an item goes when every group is done with it", () => {
    const { stream } = createTestStream();
    join(stream);
    join(stream, { gid: "other" });
    const { index } = stream.put(newItem("a"));
    stream.commit("eas", [index]);
    expect(stream.items.size).toBe(1);
    stream.commit("other", [index]);
    expect(stream.items.size).toBe(0);
  });

  test("a group that left long ago holds nothing back, one that has just left does", async () => {
    const { stream, clock } = createTestStream();
    join(stream);
    const other = join(stream, { gid: "other" });
    const { index } = stream.put(newItem("a"));
    stream.leave(other.consumer);
    stream.commit("eas", [index]);
    await clock.advance(LEAVING_MS - 1);
    expect(stream.items.size).toBe(1);
    await clock.advance(1);
    expect(stream.items.size).toBe(0);
  });

  test("what another group has not committed is not delivered twice to this one", () => {
    const { stream } = createTestStream();
    const first = join(stream);
    join(stream, { gid: "other" });
    const { index } = stream.put(newItem("a"));
    stream.commit("eas", [index]);
    stream.leave(first.consumer);
    expect(join(stream, { uid: "v" }).texts()).toEqual([]);
  });

  test("auto commit: sent is done, whatever the window", () => {
    const { stream } = createTestStream();
    for (const text of ["a", "b", "c"]) stream.put(newItem(text));
    expect(join(stream, { window: 1, autoCommit: true }).texts()).toEqual(["a", "b", "c"]);
    expect(stream.items.size).toBe(0);
  });

  test("who can take nothing now gets it when it can", () => {
    const { stream } = createTestStream();
    const slow = join(stream, { autoCommit: true });
    slow.open = false;
    stream.put(newItem("a"));
    expect(stream.items.size).toBe(1);
    slow.open = true;
    stream.wake();
    expect(slow.texts()).toEqual(["a"]);
  });

  test.each([
    [0n, ["a", "b", "c"]],
    [undefined, ["c"]],
  ])("start from %s", (from, expected) => {
    const { stream } = createTestStream();
    for (const text of ["a", "b"]) stream.put(newItem(text));
    const last = stream.put(newItem("c"));
    expect(join(stream, { from }).texts()).toEqual(expected);
    expect(join(stream, { gid: "other", from: last.index }).texts()).toEqual(["c"]);
  });

  test("with tags see only items that have them all", () => {
    const { stream } = createTestStream();
    const some = join(stream, { tags: { k: "1" } });
    stream.put(newItem("a"));
    const { index } = stream.put(newItem("b", { tags: { k: "1", l: "2" } }));
    expect(some.texts()).toEqual(["b"]);
    stream.commit("eas", [index]);
    expect([...stream.items.values()].map(textOf)).toEqual(["a"]);
  });

  test("a taken name goes to the newcomer, with what was under way", () => {
    const { stream } = createTestStream();
    const first = join(stream);
    stream.put(newItem("a"));
    const second = join(stream);
    expect(first.ended).toHaveLength(1);
    expect(second.texts()).toEqual(["a"]);
  });

  test("a deleted item leaves its window", () => {
    const { stream } = createTestStream();
    const one = join(stream, { window: 1 });
    const { index } = stream.put(newItem("a"));
    stream.put(newItem("b"));
    stream.delete([index]);
    expect(one.texts()).toEqual(["a", "b"]);
  });
});

describe("delivered again", () => {
  test("to another of the group when a consumer goes", () => {
    const { stream } = createTestStream();
    const first = join(stream, { window: 1 });
    const second = join(stream, { uid: "v", window: 1 });
    stream.put(newItem("a"));
    stream.put(newItem("b"));
    stream.commit("eas", indexes(second.got));
    stream.leave(first.consumer);
    expect([first, second].map((one) => one.got.length)).toEqual([1, 2]);
    expect(second.texts().at(-1)).toBe(first.texts()[0]);
  });

  test("to who comes back, in the order of before", () => {
    const { stream } = createTestStream();
    for (const text of ["a", "b", "c"]) stream.put(newItem(text));
    stream.leave(join(stream, { window: 2 }).consumer);
    expect(join(stream).texts()).toEqual(["a", "b", "c"]);
  });

  test("after a negative commit, but only what is under way in that group", () => {
    const { stream } = createTestStream();
    const one = join(stream);
    const { index } = stream.put(newItem("a"));
    stream.negative("other", [index]);
    expect(one.got).toHaveLength(1);
    stream.negative("eas", [index]);
    expect(one.texts()).toEqual(["a", "a"]);
  });

  test.each([1, 3])("%i times at most, then dropped", (maxDelivery) => {
    const { stream } = createTestStream({ limits: { maxDelivery } });
    const one = join(stream);
    const { index } = stream.put(newItem("a"));
    for (let n = 0; n < 5; n++) stream.negative("eas", [index]);
    expect(one.got).toHaveLength(maxDelivery);
    expect(stream.items.size).toBe(0);
  });

  test("a consumer that is leaving costs no delivery", () => {
    const { stream } = createTestStream({ limits: { maxDelivery: 1 } });
    const one = join(stream);
    const { index } = stream.put(newItem("a"));
    for (let n = 0; n < 5; n++) stream.negative("eas", [index], { failed: false });
    expect(one.got).toHaveLength(6);
    expect(stream.items.size).toBe(1);
  });

  test("the count outlives a restart; what was under way at a kill does not count", () => {
    const test = createTestStream({ limits: { maxDelivery: 2 } });
    const { index } = test.stream.put(newItem("a"));
    join(test.stream);
    test.stream.negative("eas", [index]);
    const again = test.reopen();
    const one = join(again.stream);
    expect(one.texts()).toEqual(["a"]);
    again.stream.negative("eas", [index]);
    expect(again.stream.items.size).toBe(0);
  });
});

describe("the end of the stream", () => {
  test("comes for each group once it has had everything", () => {
    const { stream } = createTestStream();
    const one = join(stream, { window: 1 });
    const { index } = stream.put(newItem("a"));
    stream.end("q", false);
    expect(one.ended).toEqual([]);
    stream.commit("eas", [index]);
    expect(one.ended).toEqual(["eos"]);
  });

  test("forced: what was not given out is gone", () => {
    const { stream } = createTestStream();
    const one = join(stream, { window: 1 });
    stream.put(newItem("a"));
    stream.put(newItem("b"));
    stream.end("q", true);
    expect([...stream.items.values()].map(textOf)).toEqual(["a"]);
    stream.commit("eas", indexes(one.got));
    expect([one.ended, stream.items.size]).toEqual([["eos"], 0]);
  });
});

describe("the journal", () => {
  test("leads to the same queue, as does its shortest form", () => {
    const test = createTestStream({ limits: { maxDelivery: 3 } });
    join(test.stream);
    join(test.stream, { gid: "other" });
    const items = ["a", "b", "c", "d"].map((text) =>
      test.stream.put(
        newItem(text, { priority: text === "c" ? 2 : 0, call: { method: "POST", url: `/${text}`, headers: {} } }),
      ),
    );
    const [a, b, c] = indexes(items);
    test.stream.commit("eas", [a ?? 0n]);
    test.stream.negative("eas", [b ?? 0n]);
    test.stream.delete([c ?? 0n]);
    const whole = [...test.reopen().stream.changes()];
    const short = createTestStream({ clock: test.clock, changes: whole });
    expect([...short.stream.changes()]).toEqual(whole);
    expect(whole).toEqual([...test.stream.changes()]);
    expect(join(short.stream, { uid: "new" }).texts()).toEqual(["b", "d"]);
  });
});
