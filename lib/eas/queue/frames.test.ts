import fc from "fast-check";
import protobuf from "protobufjs";
import { describe, expect, test } from "vitest";
import { decodeFrame, parseFrameList } from "./frames";

/** Written by a foreign encoder. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message DataFrameProto { uint64 index = 1; map<string, string> tags = 2; bytes data = 3; string message = 4; double later = 9; fixed32 more = 10; }
`);
const type = root.lookupType("DataFrameProto");
const encode = (frame: object) => type.encode(type.fromObject(frame)).finish();

describe("frames of a watch", () => {
  test("any index, tags and bytes come out as they went in, fields that are not known are skipped", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        fc.dictionary(fc.string(), fc.string()),
        fc.uint8Array({ maxLength: 300 }),
        fc.string(),
        (index, tags, data, message) => {
          const frame = decodeFrame(encode({ index: `${index}`, tags, data, message, later: 1.5, more: 7 }));
          expect(frame.index).toBe(`${index}`);
          expect(frame.tags).toEqual(tags);
          expect(Buffer.from(frame.data)).toEqual(Buffer.from(data));
        },
      ),
    );
  });

  test("what is cut off or no frame at all is refused, never read beyond its end", () => {
    const whole = encode({ index: "18446744073709551615", tags: { a: "b" }, data: Buffer.from("some data") });
    for (let length = 1; length < whole.length; length++) {
      try {
        decodeFrame(whole.subarray(0, length));
      } catch (error) {
        expect(error).toMatchObject({ code: "upstream" });
      }
    }
    expect(() => decodeFrame(Buffer.from([0x0b]))).toThrow();
    expect(() => decodeFrame(Buffer.alloc(12, 0xff))).toThrow();
  });
});

describe("lists of items", () => {
  test("indexes keep their 64 bits, whatever tags are called", () => {
    const list =
      '[{"index":18446744073709551615,"tags":{"index":"7","requestId":"r","\\"index":"8"},"data":"aGk=","message":""}]';
    const [item] = parseFrameList(list);
    expect(item).toMatchObject({
      index: "18446744073709551615",
      tags: { index: "7", requestId: "r", '"index': "8" },
    });
    expect(Buffer.from(item?.data ?? []).toString()).toBe("hi");
  });

  test.each(["{}", "<html>", '[{"tags":{}}]', "[null]", '[{"index":-1}]'])("%s is no list of items", (text) => {
    expect(() => parseFrameList(text)).toThrow(expect.objectContaining({ code: "upstream" }));
  });
});
