import { crc32 } from "node:zlib";

/**
 * A ZIP archive that is written while it is read (APPNOTE 6.3.9). Entries are stored as they are, since pictures are
 * compressed already. One entry is in memory at a time, and its size and sum stand before its bytes. ZIP64 only where the
 * archive is larger than 4 GiB or has more than 65,534 entries.
 */

export interface ZipEntry {
  name: string;
  bytes: Uint8Array;
  /** Milliseconds. */
  modifiedAt: number;
}

const U16_MAX = 0xffff;
const U32_MAX = 0xffffffff;
/** Names are UTF-8. */
const FLAGS = 0x0800;

export async function* writeZip(entries: AsyncIterable<ZipEntry>): AsyncGenerator<Uint8Array, void> {
  const directory: Uint8Array[] = [];
  let offset = 0;
  for await (const { name, bytes, modifiedAt } of entries) {
    const fields = { name: Buffer.from(name), crc: crc32(bytes), size: bytes.length, at: dosTime(modifiedAt) };
    const head = localHeader(fields);
    directory.push(directoryEntry(fields, offset));
    offset += head.length + bytes.length;
    yield head;
    yield bytes;
  }
  let size = 0;
  for (const entry of directory) {
    size += entry.length;
    yield entry;
  }
  yield end(directory.length, size, offset);
}

interface Fields {
  name: Buffer;
  crc: number;
  size: number;
  at: { date: number; time: number };
}

function localHeader({ name, crc, size, at }: Fields): Uint8Array {
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(20, 4);
  head.writeUInt16LE(FLAGS, 6);
  head.writeUInt16LE(at.time, 10);
  head.writeUInt16LE(at.date, 12);
  head.writeUInt32LE(crc, 14);
  head.writeUInt32LE(size, 18);
  head.writeUInt32LE(size, 22);
  head.writeUInt16LE(name.length, 26);
  return Buffer.concat([head, name]);
}

function directoryEntry({ name, crc, size, at }: Fields, offset: number): Uint8Array {
  const isFar = offset >= U32_MAX;
  const extra = Buffer.alloc(isFar ? 12 : 0);
  if (isFar) {
    extra.writeUInt16LE(0x0001, 0);
    extra.writeUInt16LE(8, 2);
    extra.writeBigUInt64LE(BigInt(offset), 4);
  }
  const head = Buffer.alloc(46);
  head.writeUInt32LE(0x02014b50, 0);
  head.writeUInt16LE(isFar ? 45 : 20, 4);
  head.writeUInt16LE(isFar ? 45 : 20, 6);
  head.writeUInt16LE(FLAGS, 8);
  head.writeUInt16LE(at.time, 12);
  head.writeUInt16LE(at.date, 14);
  head.writeUInt32LE(crc, 16);
  head.writeUInt32LE(size, 20);
  head.writeUInt32LE(size, 24);
  head.writeUInt16LE(name.length, 28);
  head.writeUInt16LE(extra.length, 30);
  head.writeUInt32LE(isFar ? U32_MAX : offset, 42);
  return Buffer.concat([head, name, extra]);
}

function end(count: number, size: number, offset: number): Uint8Array {
  const isLarge = count >= U16_MAX || size >= U32_MAX || offset >= U32_MAX;
  const tail = Buffer.alloc(22);
  tail.writeUInt32LE(0x06054b50, 0);
  tail.writeUInt16LE(Math.min(count, U16_MAX), 8);
  tail.writeUInt16LE(Math.min(count, U16_MAX), 10);
  tail.writeUInt32LE(Math.min(size, U32_MAX), 12);
  tail.writeUInt32LE(Math.min(offset, U32_MAX), 16);
  if (!isLarge) return tail;
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(45, 12);
  record.writeUInt16LE(45, 14);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + size), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([record, locator, tail]);
}

/** ZIP knows no time zone: UTC, so that names and times agree everywhere. */
function dosTime(ms: number): { date: number; time: number } {
  const at = new Date(Math.max(ms, Date.UTC(1980, 0, 1)));
  return {
    date: ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
  };
}
