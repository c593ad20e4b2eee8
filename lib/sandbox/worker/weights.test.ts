import { describe, expect, it } from "vitest";
import { safetensors } from "./testing/model";
import { readSafetensorsHeader } from "./weights";

const open = (bytes: Uint8Array) =>
  readSafetensorsHeader(bytes.byteLength, async (start, end) => bytes.subarray(start, end));

function withHeader(header: string, data = 0): Uint8Array {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  return Buffer.concat([length, Buffer.from(header), Buffer.alloc(data)]);
}

describe("readSafetensorsHeader", () => {
  it("gives names and shapes", async () => {
    const tensors = await open(safetensors({ a: [2, 3], b: [4] }));
    expect(tensors.get("a")).toEqual({ dtype: "F16", shape: [2, 3] });
    expect([...tensors.keys()]).toEqual(["a", "b"]);
  });

  it.each([
    ["an empty file", new Uint8Array(), "HeaderTooSmall"],
    ["a few bytes", Buffer.from("abc"), "HeaderTooSmall"],
    ["a text file", Buffer.from("version https://git-lfs.github.com/spec/v1\n"), "HeaderTooLarge"],
    ["a header cut off", safetensors().subarray(0, 40), "InvalidHeaderLength"],
    ["data cut off", safetensors({ a: [64] }).subarray(0, -10), "MetadataIncompleteBuffer"],
    ["data too long", Buffer.concat([safetensors(), Buffer.alloc(4)]), "MetadataIncompleteBuffer"],
    ["no JSON", withHeader("{nonsense"), "InvalidHeaderDeserialization"],
    ["a number type that came later", safetensors({ a: [2] }, "F8_E4M3"), "InvalidHeaderDeserialization"],
    ["a gap", withHeader('{"a":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}', 4), 'InvalidOffset("a")'],
    ["a wrong size", withHeader('{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,4]}}', 4), "TensorInvalidInfo"],
  ])("%s", async (_, bytes, kind) => {
    await expect(open(bytes)).rejects.toMatchObject({
      type: "safetensors_rust.SafetensorError",
      message: `Error while deserializing header: ${kind}`,
    });
  });
});
