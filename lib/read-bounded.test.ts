import { expect, test } from "vitest";
import { readBounded } from "./read-bounded";

const streamOf = (...sizes: number[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const [at, size] of sizes.entries()) controller.enqueue(new Uint8Array(size).fill(at + 1));
      controller.close();
    },
  });

test("puts the chunks together, up to the very limit", async () => {
  expect(await readBounded(streamOf(2, 1), 3)).toEqual(Uint8Array.of(1, 1, 2));
  expect(await readBounded(null, 3)).toEqual(new Uint8Array());
});

test("stops a body that goes on for ever once it is too large", async () => {
  let pulled = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled++;
      controller.enqueue(new Uint8Array(1000));
    },
  });
  expect(await readBounded(endless, 10_000)).toBeUndefined();
  expect(pulled).toBeLessThan(15);
});
