import type { ServerResponse } from "node:http";
import type { Duplex, Readable } from "node:stream";

/*
 * Slows, cuts or resets the bytes of one stream. It takes the place of a stream's own `push` or `write`, so that whoever
 * reads or writes it needs to know nothing; what is not shaped passes as before.
 */

/** What happens to a chunk. */
export interface Shape {
  /** So many bytes pass at a time. */
  pieceBytes: number;
  /** Resolves when a piece may pass. */
  admit?(sizeBytes: number): Promise<void>;
  /** Bytes that pass before the connection ends; counts down. */
  left?: { bytes: number };
  change?(chunk: Buffer): Buffer;
}

/** More than this waits: whoever writes is told to pause. */
const HIGH_WATER_BYTES = 64 * 1024;

type Pass = (piece: Buffer) => void | Promise<void>;

/** False when the connection has to end now. */
async function passPieces(chunk: Buffer, shape: Shape, isGone: () => boolean, pass: Pass): Promise<boolean> {
  const bytes = shape.change?.(chunk) ?? chunk;
  const allowed = Math.min(bytes.length, shape.left?.bytes ?? bytes.length);
  for (let at = 0; at < allowed; at += shape.pieceBytes) {
    const piece = bytes.subarray(at, Math.min(at + shape.pieceBytes, allowed));
    await shape.admit?.(piece.length);
    if (isGone()) return true;
    await pass(piece);
  }
  if (shape.left) shape.left.bytes -= allowed;
  return allowed === bytes.length;
}

/**
 * What arrives from the network: a request's body, or a socket after its upgrade. Returns whether something that arrived
 * still waits.
 */
export function shapeInput(
  stream: Readable,
  choose: (chunk: Buffer) => Shape | undefined,
  end: () => void,
): () => boolean {
  const push = stream.push.bind(stream);
  const read = stream._read.bind(stream);
  const waiting: { chunk: Buffer | null; shape: Shape | undefined }[] = [];
  let isPassing = false;
  let isWanted = false;

  async function passAll(): Promise<void> {
    isPassing = true;
    for (let next = waiting[0]; next && !stream.destroyed; next = waiting[0]) {
      const { chunk, shape } = next;
      if (chunk === null || !shape) push(chunk);
      else if (
        !(await passPieces(
          chunk,
          shape,
          () => stream.destroyed,
          (piece) => void push(piece),
        ))
      )
        return end();
      waiting.shift();
    }
    isPassing = false;
    if (!isWanted || stream.destroyed) return;
    isWanted = false;
    read(HIGH_WATER_BYTES);
  }

  stream.push = (chunk: Buffer | null) => {
    const shape = chunk === null ? undefined : choose(chunk);
    if (!shape && !isPassing) return push(chunk);
    waiting.push({ chunk, shape });
    if (!isPassing) void passAll();
    return false;
  };
  // While something waits the network is left alone: a slow line holds its sender back, not the memory.
  stream._read = (size) => {
    if (isPassing) isWanted = true;
    else read(size);
  };
  return () => isPassing;
}

type Done = (error?: Error | null) => void;

/** What goes out: an answer's body, or a socket after its upgrade. */
export function shapeOutput(
  stream: ServerResponse | Duplex,
  choose: (chunk: Buffer) => Shape | undefined,
  end: () => void,
): void {
  const write = plainWrite(stream);
  const finish = plainEnd(stream);
  const waiting: { chunk?: Buffer; shape?: Shape; done?: Done }[] = [];
  let waitingBytes = 0;
  let isPassing = false;

  /** At the network's own pace. */
  const send = (piece: Buffer) =>
    new Promise<void>((resolve) => {
      const settle = () => {
        stream.off("close", settle);
        resolve();
      };
      stream.once("close", settle);
      write(piece, settle);
    });

  async function passAll(): Promise<void> {
    isPassing = true;
    for (let next = waiting[0]; next && !stream.destroyed; next = waiting[0]) {
      const { chunk, shape, done } = next;
      if (!chunk) return finish(undefined, done);
      if (!shape) await send(chunk);
      else if (!(await passPieces(chunk, shape, () => stream.destroyed, send))) return end();
      waiting.shift();
      waitingBytes -= chunk.length;
      done?.();
    }
    isPassing = false;
    if (!stream.destroyed) stream.emit("drain");
  }

  const enqueue = (chunk: Buffer, done?: Done): boolean | undefined => {
    const shape = choose(chunk);
    if (!shape && !isPassing) return undefined;
    waiting.push({ chunk, shape, done });
    waitingBytes += chunk.length;
    if (!isPassing) void passAll();
    return waitingBytes < HIGH_WATER_BYTES;
  };

  Object.assign(stream, {
    write(...given: unknown[]): boolean {
      const { chunk, done } = readArguments(given);
      return (chunk && enqueue(chunk, done)) ?? write(chunk ?? Buffer.alloc(0), done);
    },
    end(...given: unknown[]) {
      const { chunk, done } = readArguments(given);
      const isShaped = chunk !== undefined && enqueue(chunk) !== undefined;
      if (isPassing) waiting.push({ done });
      else finish(isShaped ? undefined : chunk, done);
      return stream;
    },
  });
}

/** `(chunk, encoding?, done?)`, `(chunk, done?)` or `(done?)`. */
function readArguments(given: unknown[]): { chunk?: Buffer; done?: Done } {
  const [chunk, encoding] = given;
  const done = given.find((one): one is Done => typeof one === "function");
  if (typeof chunk === "string") {
    return { chunk: Buffer.from(chunk, typeof encoding === "string" ? (encoding as BufferEncoding) : "utf8"), done };
  }
  return { chunk: chunk instanceof Uint8Array ? Buffer.from(chunk) : undefined, done };
}

/** The stream's own way to write, whichever of the two kinds it is. */
function plainWrite(stream: ServerResponse | Duplex): (chunk: Buffer, done?: Done) => boolean {
  const write: (chunk: Buffer, done?: Done) => boolean = stream.write;
  return (chunk, done) => write.call(stream, chunk, done);
}

function plainEnd(stream: ServerResponse | Duplex): (chunk?: Buffer, done?: Done) => void {
  const end: (chunk?: Buffer, done?: () => void) => unknown = stream.end;
  return (chunk, done) => void end.call(stream, chunk, done && (() => done()));
}
