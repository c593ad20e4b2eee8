import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readPickle } from "./pickle";
import { dangerOf, judgeGlobals } from "./pickle-danger";
import { toBytes } from "./testing";
import { statePickle, torchFile, zipFile } from "./testing-torch";
import { readLegacyTorch, torchContent } from "./torch-file";
import { findZipEnd, readDirectory } from "./zip";

const bytes = (...parts: (string | number)[]) =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === "number" ? [part] : [...part].map((char) => char.charCodeAt(0)))),
  );

describe("readPickle", () => {
  test.each<[string, Uint8Array, unknown]>([
    ["protocol 0", bytes("(lp0\nI1\naI2\na."), [1, 2]],
    ["a dict of protocol 2", bytes(0x80, 2, "}q", 0, "X", 1, 0, 0, 0, "a", "K", 7, "s."), new Map([["a", 7]])],
    [
      "frames and short strings of protocol 4",
      bytes(0x80, 4, 0x95, 4, 0, 0, 0, 0, 0, 0, 0, 0x8c, 1, "x", 0x94, "."),
      "x",
    ],
    ["long numbers", bytes(0x80, 2, 0x8a, 2, 0xff, 0xff, "."), -1],
    ["tuples and memory", bytes(0x80, 2, "K", 1, "q", 5, "K", 2, "h", 5, 0x87, "."), [1, 2, 1]],
    ["booleans and none", bytes(0x80, 2, "(", 0x88, 0x89, "Nt."), [true, false, null]],
  ])("reads %s", (_name, given, root) => {
    const reading = readPickle(given);
    expect(reading).toMatchObject({ cut: false, end: given.length, globals: [] });
    expect(reading.root).toEqual(root);
  });

  test.each([
    ["GLOBAL and REDUCE", bytes(0x80, 2, "cposix\nsystem\nX", 2, 0, 0, 0, "ls", 0x85, "R."), ["posix system"]],
    ["STACK_GLOBAL", bytes(0x80, 4, 0x8c, 2, "os", 0x8c, 6, "system", 0x93, ")R."), ["os system"]],
    ["INST", bytes("(S'ls'\nios\nsystem\n."), ["os system"]],
    ["OBJ", bytes("(cos\nsystem\nS'ls'\no."), ["os system"]],
    ["NEWOBJ", bytes(0x80, 2, "cm\nC\n)", 0x81, "."), ["m C"]],
    ["the extension registry", bytes(0x80, 2, 0x82, 7, "."), ["copyreg extension"]],
    ["a name put together at run time", bytes(0x80, 4, "K", 1, "K", 2, 0x93, "."), ["? ?"]],
    ["a call that is thrown away", bytes(0x80, 2, "cos\nsystem\n)R0N."), ["os system"]],
    ["a call before the stream breaks off", bytes(0x80, 2, "cos\nsystem\n)R", "X", 9), ["os system"]],
  ])("names what %s would import", (_name, given, globals) => expect(readPickle(given).globals).toEqual(globals));

  test("tells a stream that is cut from one that is no pickle", () => {
    expect(readPickle(bytes(0x80, 2, "X", 9, 0, 0, 0, "abc"))).toMatchObject({ cut: true });
    expect(readPickle(bytes(0x80, 2, "N", 0xff))).toMatchObject({ cut: false, badAt: 3 });
  });

  test("ends on any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (given) => {
        expect(readPickle(given).end).toBeLessThanOrEqual(given.length);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("what torch saved", () => {
  const shapes = { "a.weight": [2, 3], "b.bias": [4] };
  test.each([
    ["protocol 2", {}],
    ["protocol 4", { protocol: 4 as const }],
    ["below state_dict", { under: "state_dict" }],
  ])("%s: names, shapes, number type", (_name, options) => {
    const { tensors, storages } = torchContent(readPickle(statePickle(shapes, options)));
    expect([...tensors]).toEqual([
      ["a.weight", { dtype: "F16", shape: [2, 3] }],
      ["b.bias", { dtype: "F16", shape: [4] }],
    ]);
    expect([...storages]).toEqual([
      ["0", 12],
      ["1", 8],
    ]);
  });

  test("the older format says how long the file has to be", () => {
    const file = torchFile(shapes, { legacy: true });
    expect(readLegacyTorch(file)).toMatchObject({ cut: false, expectedBytes: file.length });
  });

  test.each([
    ["plain", {}, 0],
    ["64-bit", { zip64: true }, 0],
    ["with a comment", { comment: "made by hand" }, 0],
    ["before other bytes of the tail", {}, 4],
  ])("a zip: %s", (_name, options, skipped) => {
    const records = [
      { name: "m/data.pkl", bytes: toBytes("abc") },
      { name: "m/data/0", bytes: new Uint8Array(9) },
    ];
    const file = zipFile(records, options);
    const end = findZipEnd(file.subarray(skipped), skipped);
    expect(end).toMatchObject({ entries: 2 });
    if (!end) return;
    const directory = file.subarray(end.directoryOffset, end.directoryOffset + end.directoryBytes);
    expect(readDirectory(directory, end)).toMatchObject([
      { name: "m/data.pkl", sizeBytes: 3, offset: 0, method: 0 },
      { name: "m/data/0", sizeBytes: 9, offset: 43 },
    ]);
    expect(readDirectory(directory.subarray(1), end)).toBeUndefined();
  });
});

describe("dangerOf", () => {
  test.each([
    ["collections OrderedDict", "known"],
    ["torch._utils _rebuild_tensor_v2", "known"],
    ["torch HalfStorage", "known"],
    ["torch.storage UntypedStorage", "known"],
    ["numpy.core.multiarray scalar", "known"],
    ["numpy dtype", "known"],
    ["__builtin__ set", "known"],
    ["_codecs encode", "known"],
    ["pytorch_lightning.callbacks.model_checkpoint ModelCheckpoint", "unknown"],
    ["ldm.models.Thing", "unknown"],
    ["os system", "dangerous"],
    ["posix system", "dangerous"],
    ["nt system", "dangerous"],
    ["subprocess Popen", "dangerous"],
    ["builtins eval", "dangerous"],
    ["__builtin__ exec", "dangerous"],
    ["builtins getattr", "dangerous"],
    ["runpy _run_code", "dangerous"],
    ["torch.hub load", "dangerous"],
    ["torch load", "dangerous"],
    ["torch.storage _load_from_bytes", "dangerous"],
    ["numpy load", "dangerous"],
    ["numpy.testing._private.utils runstring", "dangerous"],
    ["collections OrderedDict.__init__.__globals__", "dangerous"],
    ["urllib.request urlopen", "dangerous"],
    ["? ?", "dangerous"],
  ])("%s is %s", (global, danger) => expect(dangerOf(global)).toBe(danger));

  test("names are told with dots, each judgement apart", () => {
    expect(judgeGlobals(["os system", "my.module Thing", "torch HalfStorage"])).toEqual({
      dangerous: ["os.system"],
      unknown: ["my.module.Thing"],
    });
  });
});
