import { expect, test } from "vitest";
import { mergeStreams } from "./merge-streams";

async function* counting(name: string, count: number, ended: string[] = []) {
  try {
    for (let n = 0; n < count; n++) {
      await new Promise((resolve) => setImmediate(resolve));
      yield `${name}${n}`;
    }
  } finally {
    ended.push(name);
  }
}

test("all come, each stream in its order, and the end is the last one's", async () => {
  const got: string[] = [];
  for await (const item of mergeStreams([counting("a", 3), counting("b", 5)])) got.push(item);
  expect(got.filter((item) => item.startsWith("a"))).toEqual(["a0", "a1", "a2"]);
  expect(got.filter((item) => item.startsWith("b"))).toEqual(["b0", "b1", "b2", "b3", "b4"]);
});

test("whoever leaves ends them, and a failure of one is the failure of all", async () => {
  const ended: string[] = [];
  for await (const _ of mergeStreams([counting("a", 99, ended), counting("b", 99, ended)])) break;
  await expect.poll(() => ended.sort()).toEqual(["a", "b"]);
  // biome-ignore lint/correctness/useYield: it fails before it comes to that
  async function* failing(): AsyncGenerator<string, void> {
    throw new Error("broken");
  }
  await expect(async () => {
    for await (const _ of mergeStreams([counting("a", 99, ended), failing()]));
  }).rejects.toThrow("broken");
});
