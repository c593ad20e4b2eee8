import { describe, expect, test } from "vitest";
import { type CheckOptions, checkModel } from "./check";
import { MAX_PICKLE } from "./probe-torch";
import { filesOf, sampleWith } from "./testing";
import { pickleString, statePickle, torchFile, type ZipRecord, zipFile } from "./testing-torch";

const BASE: CheckOptions = { func: "base", blade: false, translate: false, closeSafety: false };
const SD15 = {
  "model.diffusion_model.input_blocks.0.0.weight": [2, 4, 3, 3],
  "first_stage_model.decoder.conv_in.weight": [2],
  "cond_stage_model.transformer.text_model.x": [2],
};

const clean = statePickle(SD15);
const evil = statePickle(SD15, { calls: ["os system"] });
/** An archive's folder as torch writes it, with another pickle. */
const folder = (name: string, bytes: Uint8Array): ZipRecord[] => [
  { name: `${name}/data.pkl`, bytes },
  ...Object.values(SD15).map((shape, at) => ({
    name: `${name}/data/${at}`,
    bytes: new Uint8Array(2 * shape.reduce((a, b) => a * b, 1)),
  })),
];
const checked = (ckpt: Uint8Array) => checkModel(filesOf({ "base_model/m.ckpt": ckpt }), BASE);
const codes = ({ findings }: Awaited<ReturnType<typeof checked>>) =>
  findings.filter(({ level }) => level === "error").map(({ code }) => code);

describe("which pickle of an archive is judged", () => {
  const other: ZipRecord = { name: "a/x", bytes: new Uint8Array(1) };
  test.each<[string, ZipRecord[], string[]]>([
    ["one, as torch writes it", folder("a", clean), []],
    ["one, its letters in another case", [other, ...folder("A", clean)], []],
    ["one elsewhere than in the first entry's folder", [other, ...folder("b", clean)], ["zip_damaged"]],
    ["two, both clean", [...folder("a", clean), ...folder("b", clean)], ["zip_damaged"]],
    [
      "a clean one before that of the first entry's folder",
      [other, ...folder("b", clean), ...folder("a", evil)],
      ["zip_damaged", "pickle_dangerous"],
    ],
    [
      "the same name in another case",
      [...folder("a", clean), { name: "a/DATA.pkl", bytes: evil }],
      ["zip_damaged", "pickle_dangerous"],
    ],
    ["the same name twice", [...folder("a", clean), ...folder("a", evil)], ["zip_damaged", "pickle_dangerous"]],
    [
      "a folder that ends at a zero byte",
      [{ name: "b.pkl", bytes: evil }, ...folder("b.pkl\0", clean)],
      ["zip_damaged"],
    ],
    [
      "a zero byte in the first entry's name",
      [...folder("b.pkl\0", clean), { name: "b.pkl", bytes: evil }],
      ["zip_damaged"],
    ],
  ])("%s", async (_name, records, expected) => {
    expect(codes(await checked(zipFile(records)))).toEqual(expected);
  });

  test("what two would run is told of an add-on too, which the start does not need", async () => {
    const style = zipFile([other, ...folder("b", clean), ...folder("a", evil)]);
    const { verdict } = await checkModel(filesOf({ ...sampleWith(), "lora/style.bin": style }), BASE);
    expect(verdict.outcome).toBe("unsafe");
  });
});

describe("which end of an archive is taken", () => {
  const second = (from: Uint8Array, change: (view: DataView, end: number) => void) => {
    const bytes = Uint8Array.from(from);
    change(new DataView(bytes.buffer), bytes.length - 22);
    return bytes;
  };
  const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
  const whole = torchFile(SD15);

  test("the last: one whose comment is cut off is not passed over for another before it", async () => {
    const cut = second(whole.subarray(-22), (view) => view.setUint16(20, 9, true));
    expect(codes(await checked(joined(whole, cut)))).toEqual(["truncated"]);
    expect(codes(await checked(joined(whole, new Uint8Array(22))))).toEqual([]);
  });

  test("none, when its 64-bit form is said to lie far before it", async () => {
    const big = zipFile(folder("a", clean), { zip64: true });
    expect(codes(await checked(big))).toEqual([]);
    const far = zipFile([...folder("a", clean), { name: "a/data/9", bytes: new Uint8Array(200_000) }]);
    const locator = joined(far.subarray(0, -22), new Uint8Array(20), far.subarray(-22));
    const at = new DataView(locator.buffer);
    at.setUint32(locator.length - 42, 0x07064b50, true);
    at.setUint32(locator.length - 34, 100, true);
    expect(codes(await checked(locator))).toEqual(["truncated"]);
  });
});

/** A pickle of about this many bytes that loads the same: words that are put on the stack and thrown away again. */
function padded(pickle: Uint8Array, length: number): Uint8Array {
  const word = [...pickleString("x".repeat(250)), 0x30];
  const padding = Array.from({ length: Math.ceil((length - pickle.length) / word.length) }, () => word).flat();
  return Uint8Array.from([...pickle.subarray(0, 2), ...padding, ...pickle.subarray(2)]);
}

describe("a pickle that is packed, or long", () => {
  const withPickle = (record: Omit<ZipRecord, "name">) =>
    zipFile([{ name: "a/data.pkl", ...record }, ...folder("a", clean).slice(1)]);
  const packed = async (bytes: Uint8Array, sizeBytes = bytes.length) => {
    const stream = new Blob([Uint8Array.from(bytes)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
    return withPickle({ bytes: await new Response(stream).bytes(), method: 8, sizeBytes });
  };
  const legacy = (length: number, calls: string[] = []) => {
    const file = torchFile(SD15, { legacy: true, calls });
    // Magic number, version, machine; then the object.
    const at = file.indexOf(0x2e, file.indexOf(0x2e, 15) + 1) + 1;
    return Uint8Array.from([...file.subarray(0, at), ...padded(file.subarray(at), length)]);
  };
  const long = 1.5 * 1024 * 1024;

  test.each<[string, Uint8Array | Promise<Uint8Array>, string[], string]>([
    ["packed", packed(clean), [], "loads"],
    ["packed, and it would run something", packed(evil), ["pickle_dangerous"], "unsafe"],
    ["packed by a method that nobody reads", withPickle({ bytes: clean, method: 93 }), [], "not_checked"],
    ["packed, and more than announced", packed(clean, 9), ["zip_damaged"], "will_not_start"],
    ["packed, and less than announced", packed(clean, clean.length + 1), ["zip_damaged"], "will_not_start"],
    ["said to be packed", withPickle({ bytes: clean, method: 8 }), ["zip_damaged"], "will_not_start"],
    ["long", withPickle({ bytes: padded(evil, long) }), ["pickle_dangerous"], "unsafe"],
    ["longer than the check reads", withPickle({ bytes: padded(evil, MAX_PICKLE + 99) }), [], "not_checked"],
    ["longer than the check unpacks", packed(padded(evil, MAX_PICKLE + 99)), [], "not_checked"],
    ["long, in an older file", legacy(long, ["os system"]), ["pickle_dangerous"], "unsafe"],
    ["longer than the check reads, in an older file", legacy(MAX_PICKLE + 99, ["os system"]), [], "not_checked"],
  ])("%s", async (_name, ckpt, expected, outcome) => {
    const report = await checked(await ckpt);
    expect(codes(report)).toEqual(expected);
    expect(report.verdict.outcome).toBe(outcome);
    expect(report.findings.some(({ code }) => code === "not_checked")).toBe(outcome === "not_checked");
  });

  test("of a component leaves the whole folder open, of an add-on it does not", async () => {
    const unseen = withPickle({ bytes: padded(evil, MAX_PICKLE + 99) });
    const unet = "base_model/unet/diffusion_pytorch_model";
    const files = { ...sampleWith({ [`${unet}.safetensors`]: undefined }), [`${unet}.bin`]: unseen };
    const component = await checkModel(filesOf(files), BASE);
    expect(component.verdict).toMatchObject({ ok: true, outcome: "not_checked" });
    const addOn = await checkModel(filesOf({ ...sampleWith(), "lora/style.bin": unseen }), BASE);
    expect(addOn.verdict.outcome).toBe("loads");
    expect(addOn.findings.map(({ code }) => code)).toContain("not_checked");
  });

  test("that is not torch's is followed to its end all the same", async () => {
    const plain = padded(Uint8Array.from([0x80, 2, ...new TextEncoder().encode("cos\nsystem\n)R.")]), 100_000);
    expect(codes(await checked(plain))).toEqual(["not_torch", "pickle_dangerous"]);
  });
});
