import protobuf from "protobufjs";
import { describe, expect, test } from "vitest";
import { formatGoDuration, parseGoDuration } from "./duration";
import { QueueRefusal } from "./item";
import { encodeAttributes, encodeFrame, encodeFrameList, lengthPrefixed } from "./protobuf";
import { parseNegative, parseQueueRequest, withoutReserved } from "./request";

describe("Go's durations", () => {
  test.each([
    ["5s", 5000],
    ["0s", 0],
    ["0", 0],
    ["1m30s", 90_000],
    ["500ms", 500],
    ["1.5h", 5_400_000],
    [".5s", 500],
    ["2000us", 2],
    ["2000µs", 2],
    ["1000000ns", 1],
    ["+2s", 2000],
  ])("%s", (text, ms) => expect(parseGoDuration(text)).toBe(ms));

  test.each(["", "5", "s", "-1s", "5 s", "1d", "5s3", "five", "1e3s", "."])("not %j", (text) =>
    expect(parseGoDuration(text)).toBeUndefined(),
  );

  test.each([
    [0, "0s"],
    [350, "350ms"],
    [2091, "2.091s"],
    [60_000, "1m0s"],
    [3_661_500, "1h1m1.5s"],
  ])("%i is %s", (ms, text) => expect(formatGoDuration(ms)).toBe(text));
});

describe("protobuf, as another codec reads it", () => {
  const { root } = protobuf.parse(`
    syntax = "proto3";
    message DataFrameProto { uint64 index = 1; map<string, string> tags = 2; bytes data = 3; string message = 4; }
    message DataFrameListProto { repeated DataFrameProto index = 1; }
    message AttributesProto { map<string, string> attributes = 1; }
  `);
  const decode = (type: string, bytes: Uint8Array) => {
    const found = root.lookupType(type);
    return found.toObject(found.decode(bytes), { longs: String, bytes: String, defaults: true });
  };
  const frame = (index: bigint, text: string, tags = {}) => ({ index, tags, data: Buffer.from(text) });
  const base64 = (text: string) => Buffer.from(text).toString("base64");

  test.each([0n, 1n, 127n, 128n, 2n ** 53n + 1n, 1795360730586000001n, 2n ** 63n, 2n ** 64n - 1n])(
    "index %s",
    (index) => expect(decode("DataFrameProto", encodeFrame(frame(index, "")))).toMatchObject({ index: String(index) }),
  );

  test.each([
    ["", {}],
    ["x".repeat(300), { requestId: "1", lastCode: "460" }],
    ["图片", { "": "", empty: "", 标签: "值", k: "y".repeat(200) }],
  ])("data %j with tags %o", (text, tags) => {
    const decoded = { index: "7", tags, data: base64(text), message: "" };
    expect(decode("DataFrameProto", encodeFrame(frame(7n, text, tags)))).toEqual(decoded);
  });

  test("a list", () => {
    const frames = [frame(1n, "a", { k: "1" }), frame(0n, ""), frame(3n, "c")];
    const { index } = decode("DataFrameListProto", encodeFrameList(frames)) as { index: { data: string }[] };
    expect(index.map(({ data }) => data)).toEqual([base64("a"), "", base64("c")]);
    expect(encodeFrameList([])).toHaveLength(0);
  });

  test("attributes", () => {
    const attributes = { "stream.length": "0", "meta.header.user": "X-Uid", "": "" };
    expect(decode("AttributesProto", encodeAttributes(attributes))).toEqual({ attributes });
  });

  test("a frame of the HTTP stream begins with its length", () => {
    expect([...lengthPrefixed(Buffer.alloc(258)).subarray(0, 5)]).toEqual([0, 0, 1, 2, 0]);
  });
});

describe("what a request asks", () => {
  const parse = (method: string, query: string) => parseQueueRequest(method, new URLSearchParams(query));

  test.each([
    ["POST", "", { name: "put", tags: {}, priority: undefined }],
    ["POST", "a=1&b=&a=2&_priority_=3", { name: "put", tags: { a: "1", b: "" }, priority: 3 }],
    ["POST", "_eos_=true", { name: "end", force: false }],
    ["POST", "_eos_=true&_force_=true", { name: "end", force: true }],
    ["GET", "_attrs_=true", { name: "attributes" }],
    ["GET", "_search_=true&_index_=12", { name: "search", index: 12n }],
    ["GET", "_count_=true", { name: "count", priority: undefined }],
    ["GET", "_count_=true&_priority_=1", { name: "count", priority: 1 }],
    [
      "GET",
      "",
      {
        name: "get",
        selection: { start: "head", length: 1, tags: {} },
        timeoutMs: 5000,
        raw: true,
        autoDelete: true,
      },
    ],
    [
      "GET",
      "_index_=-1&_length_=5&_timeout_=1m30s&_raw_=false&_auto_delete_=False&requestId=r",
      {
        name: "get",
        selection: { start: "newest", length: 5, tags: { requestId: "r" } },
        timeoutMs: 90_000,
        raw: false,
        autoDelete: false,
      },
    ],
    [
      "GET",
      "_watch_=true&_index_=0&_window_=5&_index_only_=false&_auto_commit_=true&k=v",
      { name: "watch", from: 0n, window: 5, indexOnly: false, autoCommit: true, tags: { k: "v" } },
    ],
    [
      "GET",
      "_watch_=true&_index_=-1",
      { name: "watch", from: undefined, window: 1, indexOnly: false, autoCommit: false, tags: {} },
    ],
    ["DELETE", "_indexes_=1,2,18446744073709551615", { name: "delete", indexes: [1n, 2n, 18446744073709551615n] }],
    ["DELETE", "_index_=9&_trunc_=true", { name: "truncate", index: 9n }],
    ["PUT", "_indexes_=1", { name: "commit", indexes: [1n] }],
    ["PUT", "_indexes_=1&_negative_=true", { name: "negative", indexes: [1n] }],
  ])("%s ?%s", (method, query, expected) => expect(parse(method, query)).toEqual(expected));

  test.each([
    ["PATCH", "", 405],
    ["HEAD", "", 405],
    ["POST", "_priority_=-1", 400],
    ["POST", "_priority_=high", 400],
    ["POST", "_tag=1", 400],
    ["POST", "_index_=1", 400],
    ["GET", "_index_=-2", 400],
    ["GET", "_index_=1.5", 400],
    ["GET", "_index_=18446744073709551616", 400],
    ["GET", "_length_=0", 400],
    ["GET", "_length_=x", 400],
    ["GET", "_timeout_=5", 400],
    ["GET", "_raw_=yes", 400],
    ["GET", "_unknown_=1", 400],
    ["GET", "_search_=true", 400],
    ["DELETE", "", 400],
    ["DELETE", "_indexes_=1,,2", 400],
    ["DELETE", "_trunc_=true", 400],
    ["PUT", "_indexes_=abc", 400],
  ])("%s ?%s is refused", (method, query, status) => {
    const refused = () => parse(method, query);
    expect(refused).toThrow(QueueRefusal);
    expect(refused).toThrow(expect.objectContaining({ status }));
  });

  test("the container gets the query without what is the queue's", () => {
    expect(withoutReserved("task_id=7&_priority_=1&a=%20b")).toBe("?task_id=7&a=%20b");
    expect(withoutReserved("_priority_=1")).toBe("");
  });

  test.each(["Shutdown", "OutOfMemory", "Cuda.Oom", "469", "A", "12345678901234567890"])("code %s", (code) => {
    const body = new URLSearchParams({ _code_: code, _reason_: "why & how" }).toString();
    expect(parseNegative(Buffer.from(body))).toEqual({ code, reason: "why & how" });
  });

  test.each(["", "shutdown", "Out Of Memory", "4x", "A.B.C", "ABCDEFGHIJKLMNOPQRSTU", "-1"])("not code %j", (code) => {
    const body = new URLSearchParams({ _code_: code }).toString();
    expect(() => parseNegative(Buffer.from(body))).toThrow(expect.objectContaining({ status: 400 }));
  });
});
