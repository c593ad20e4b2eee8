import { createHash } from "node:crypto";
import { createSHA1, createSHA256, type IHasher } from "hash-wasm";
import { AppError } from "@/lib/errors";

/** Sums that a hub names for its files, against what came. */

/** Files in LFS have a SHA-256 of their own; all others have git's name for their content. */
export interface NamedSum {
  sha256?: string;
  gitBlob?: string;
}

/** A sum that can be computed: which one, of what length, and what must come out. */
export interface ExpectedSum {
  algorithm: "sha1" | "sha256";
  /** Goes into the sum before the file does. */
  before: string;
  hex: string;
}

export function expectedSum({ sha256, gitBlob }: NamedSum, sizeBytes: number | undefined): ExpectedSum | undefined {
  if (sha256 !== undefined) return { algorithm: "sha256", before: "", hex: sha256 };
  // Git sums a file with its length before it.
  if (gitBlob === undefined || sizeBytes === undefined) return undefined;
  return { algorithm: "sha1", before: `blob ${sizeBytes}\0`, hex: gitBlob };
}

/** How far a file was summed, from its first part on: what another process needs to go on. */
export interface SumState {
  sumParts: number;
  sumState: string;
}

/** What came is not the file that was listed; the same again may go well. */
export function sumDiffers(path: string): AppError {
  return new AppError("upstream", { params: { name: path, rule: "imports.errors.sum" }, retryable: true });
}

/** Passes a body on, and ends with an error instead of its end when its sum is another one. */
export async function* withSum(body: AsyncIterable<Uint8Array>, path: string, expected: ExpectedSum | undefined) {
  if (expected === undefined) return yield* body;
  const hash = createHash(expected.algorithm).update(expected.before);
  for await (const chunk of body) {
    hash.update(chunk);
    yield chunk;
  }
  if (hash.digest("hex") !== expected.hex) throw sumDiffers(path);
}

/** So much at a time: other work of this process must not wait for a whole part. */
const SLICE_BYTES = 4 * 1024 * 1024;

/** Sums parts in their order while several are on the way, and knows up to where the sum is of parts that are stored. */
export class PartSum {
  #stored: number;
  readonly #states = new Map<number, string>();
  readonly #done = new Set<number>();
  #latest: Promise<void> = Promise.resolve();

  private constructor(
    private readonly hasher: IHasher,
    private readonly hex: string,
    private readonly from: number,
  ) {
    this.#stored = from;
  }

  /** From where an earlier attempt came to, if its parts are there still. */
  static async open(
    { algorithm, before, hex }: ExpectedSum,
    { sumParts, sumState }: Partial<SumState>,
    isThere: (part: number) => boolean,
  ): Promise<PartSum> {
    const hasher = await (algorithm === "sha256" ? createSHA256() : createSHA1());
    const parts = Array.from({ length: sumParts ?? 0 }, (_, index) => index + 1);
    if (sumState !== undefined && parts.every(isThere)) {
      try {
        return new PartSum(hasher.load(Buffer.from(sumState, "base64")), hex, parts.length);
      } catch {
        // Of another release of the library.
      }
    }
    return new PartSum(hasher.init().update(before), hex, 0);
  }

  /** Of the parts up to this one the sum is known. */
  get parts(): number {
    return this.from;
  }

  /** The next part. Settles when those before it and itself are in the sum. */
  add(number: number, reading: Promise<Uint8Array>): Promise<void> {
    const before = this.#latest;
    const adding = async () => {
      const bytes = await reading;
      await before;
      for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
        this.hasher.update(bytes.subarray(at, at + SLICE_BYTES));
        await new Promise((resolve) => setImmediate(resolve));
      }
      this.#states.set(number, Buffer.from(this.hasher.save()).toString("base64"));
    };
    this.#latest = adding();
    // Whoever reads the part hears of it there.
    this.#latest.catch(() => undefined);
    return this.#latest;
  }

  /** A part lies in OSS: from where another process could go on now. */
  store(number: number): SumState | undefined {
    this.#done.add(number);
    let state: string | undefined;
    while (this.#done.delete(this.#stored + 1)) {
      this.#stored += 1;
      state = this.#states.get(this.#stored);
      this.#states.delete(this.#stored);
    }
    return state === undefined ? undefined : { sumParts: this.#stored, sumState: state };
  }

  /** Of all parts, once the last of them was added. */
  isAsNamed(): boolean {
    return this.hasher.digest("hex") === this.hex;
  }
}
