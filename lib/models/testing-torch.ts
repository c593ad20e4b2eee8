/** Writes what `torch.save` would write for a state dict: pickle and zip by hand, for tests. */

export interface TorchFileOptions {
  /** Storage class: FloatStorage, HalfStorage … */
  storage?: string;
  bytesEach?: number;
  /** Further names that loading would import and call, `module name`. */
  calls?: readonly string[];
  /** Wraps the tensors: `state_dict`. */
  under?: string;
  /** Pickle protocol: 2 has GLOBAL, 4 has STACK_GLOBAL. */
  protocol?: 2 | 4;
  legacy?: boolean;
}

const text = (value: string) => [...new TextEncoder().encode(value)];

export function pickleString(value: string): number[] {
  const bytes = text(value);
  return [0x58, bytes.length & 0xff, bytes.length >> 8, 0, 0, ...bytes];
}

function pickleInt(value: number): number[] {
  return [0x4a, value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, (value >> 24) & 0xff];
}

function pickleGlobal(name: string, protocol: 2 | 4): number[] {
  const [module = "", attribute = ""] = name.split(" ");
  if (protocol === 2) return text(`c${module}\n${attribute}\n`);
  return [...pickleString(module), ...pickleString(attribute), 0x93];
}

const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** The pickle of a state dict with these tensors, each with a storage of its own. */
export function statePickle(tensors: Record<string, readonly number[]>, options: TorchFileOptions = {}): Uint8Array {
  const { storage = "HalfStorage", calls = [], under, protocol = 2, legacy = false } = options;
  const items = Object.entries(tensors).flatMap(([name, shape], index) => [
    ...pickleString(name),
    ...pickleGlobal("torch._utils _rebuild_tensor_v2", protocol),
    0x28,
    // ('storage', torch.HalfStorage, '0', 'cpu', count), as a reference
    0x28,
    ...pickleString("storage"),
    ...pickleGlobal(`torch ${storage}`, protocol),
    ...pickleString(String(index)),
    ...pickleString("cpu"),
    ...pickleInt(product(shape)),
    ...(legacy ? [0x4e] : []),
    0x74,
    0x51,
    // offset, size, stride, requires_grad, hooks
    ...pickleInt(0),
    0x28,
    ...shape.flatMap(pickleInt),
    0x74,
    0x29,
    0x89,
    ...pickleGlobal("collections OrderedDict", protocol),
    0x29,
    0x52,
    0x74,
    0x52,
  ]);
  const dict = [...pickleGlobal("collections OrderedDict", protocol), 0x29, 0x52, 0x28, ...items, 0x75];
  const called = calls.flatMap((name) => [
    ...pickleString(`call:${name}`),
    ...pickleGlobal(name, protocol),
    ...pickleString("echo"),
    0x85,
    0x52,
  ]);
  const root =
    under === undefined && calls.length === 0
      ? dict
      : [0x7d, 0x28, ...pickleString(under ?? "state_dict"), ...dict, ...called, 0x75];
  return Uint8Array.from([0x80, protocol, ...root, 0x2e]);
}

export interface ZipRecord {
  name: string;
  bytes: Uint8Array;
  /** 8 = `bytes` are deflated; stored unless told otherwise. */
  method?: number;
  /** When unpacked. */
  sizeBytes?: number;
}

/** A zip; `zip64` writes sizes, offsets and the end in their 64-bit form. */
export function zipFile(records: readonly ZipRecord[], { zip64 = false, comment = "" } = {}): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const { name, bytes, method = 0, sizeBytes = bytes.length } of records) {
    const title = Uint8Array.from(text(name));
    const local = new DataView(new ArrayBuffer(30));
    local.setUint32(0, 0x04034b50, true);
    local.setUint32(18, bytes.length, true);
    local.setUint16(8, method, true);
    local.setUint32(22, sizeBytes, true);
    local.setUint16(26, title.length, true);
    const extra = zip64 ? 28 : 0;
    const central = new DataView(new ArrayBuffer(46 + title.length + extra));
    central.setUint32(0, 0x02014b50, true);
    central.setUint32(20, zip64 ? 0xffffffff : bytes.length, true);
    central.setUint16(10, method, true);
    central.setUint32(24, zip64 ? 0xffffffff : sizeBytes, true);
    central.setUint16(28, title.length, true);
    central.setUint16(30, extra, true);
    central.setUint32(42, zip64 ? 0xffffffff : at, true);
    new Uint8Array(central.buffer).set(title, 46);
    if (zip64) {
      const field = 46 + title.length;
      central.setUint16(field, 1, true);
      central.setUint16(field + 2, 24, true);
      central.setUint32(field + 4, sizeBytes, true);
      central.setUint32(field + 12, bytes.length, true);
      central.setUint32(field + 20, at, true);
    }
    directory.push(new Uint8Array(central.buffer));
    parts.push(new Uint8Array(local.buffer), title, bytes);
    at += 30 + title.length + bytes.length;
  }
  const directoryBytes = directory.reduce((sum, part) => sum + part.length, 0);
  if (zip64) directory.push(...end64(records.length, directoryBytes, at));
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(10, zip64 ? 0xffff : records.length, true);
  end.setUint32(12, zip64 ? 0xffffffff : directoryBytes, true);
  end.setUint32(16, zip64 ? 0xffffffff : at, true);
  end.setUint16(20, comment.length, true);
  return joined([...parts, ...directory, new Uint8Array(end.buffer), Uint8Array.from(text(comment))]);
}

function end64(entries: number, directoryBytes: number, offset: number): Uint8Array[] {
  const record = new DataView(new ArrayBuffer(56));
  record.setUint32(0, 0x06064b50, true);
  record.setUint32(4, 44, true);
  record.setUint32(32, entries, true);
  record.setUint32(40, directoryBytes, true);
  record.setUint32(48, offset, true);
  const locator = new DataView(new ArrayBuffer(20));
  locator.setUint32(0, 0x07064b50, true);
  locator.setUint32(8, offset + directoryBytes, true);
  return [new Uint8Array(record.buffer), new Uint8Array(locator.buffer)];
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A whole `.ckpt`, `.bin` or `.pt` file with these tensors. */
export function torchFile(tensors: Record<string, readonly number[]>, options: TorchFileOptions = {}): Uint8Array {
  const { bytesEach = 2, legacy = false } = options;
  const pickle = statePickle(tensors, options);
  const data = Object.values(tensors).map((shape) => new Uint8Array(product(shape) * bytesEach));
  if (legacy) return legacyFile(pickle, data, bytesEach);
  return zipFile([
    { name: "archive/data.pkl", bytes: pickle },
    ...data.map((bytes, index) => ({ name: `archive/data/${index}`, bytes })),
    { name: "archive/version", bytes: Uint8Array.from([0x33, 0x0a]) },
  ]);
}

function legacyFile(pickle: Uint8Array, data: readonly Uint8Array[], bytesEach: number): Uint8Array {
  const magic = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];
  const version = [0x80, 2, 0x4d, 0xe9, 3, 0x2e];
  const machine = [0x80, 2, 0x7d, 0x28, ...pickleString("little_endian"), 0x88, 0x75, 0x2e];
  const keys = [0x80, 2, 0x5d, 0x28, ...data.flatMap((_, index) => pickleString(String(index))), 0x65, 0x2e];
  const storages = data.flatMap((bytes) => {
    const count = new DataView(new ArrayBuffer(8));
    count.setUint32(0, bytes.length / bytesEach, true);
    return [new Uint8Array(count.buffer), bytes];
  });
  return joined([Uint8Array.from([...magic, ...version, ...machine]), pickle, Uint8Array.from(keys), ...storages]);
}
