import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { invalidArgument } from "./errors";
import type { OssRequest } from "./request";

/** `x-oss-traffic-limit`: the speed of one request, in bits a second (reference: oss-rest.md §14). */

const LIMIT = { minimum: 819_200, maximum: 838_860_800 };

/** Small enough to flow at the lowest speed. */
const PIECE = 16 * 1024;

/** Undefined when the request sets no limit. */
export function trafficLimit(request: OssRequest): number | undefined {
  const value = request.headers.get("x-oss-traffic-limit") ?? request.parameter("x-oss-traffic-limit");
  if (value === undefined) return undefined;
  const limit = /^\d+$/.test(value) ? Number(value) : 0;
  if (limit >= LIMIT.minimum && limit <= LIMIT.maximum) return limit;
  throw invalidArgument("The traffic limit is out of range.", "x-oss-traffic-limit", value);
}

/**
 * The same bytes, not faster than the limit; the source itself without one. `destroys`: whoever gives up reading ends the
 * source too. Not for a request, whose connection an error answer may still need.
 */
export function pace(source: Readable, bitsPerSecond: number | undefined, destroys: boolean): Readable {
  if (bitsPerSecond === undefined) return source;
  return Readable.from(paced(source, bitsPerSecond / 8000, destroys), { objectMode: false });
}

async function* paced(source: Readable, bytesPerMs: number, destroys: boolean): AsyncGenerator<Buffer> {
  const started = performance.now();
  let passed = 0;
  for await (const chunk of source.iterator({ destroyOnReturn: destroys }) as AsyncIterable<Buffer>) {
    for (let start = 0; start < chunk.length; start += PIECE) {
      const piece = chunk.subarray(start, start + PIECE);
      passed += piece.length;
      const ahead = passed / bytesPerMs - (performance.now() - started);
      if (ahead > 1) await sleep(ahead);
      yield piece;
    }
  }
}
