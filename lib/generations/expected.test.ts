import { expect, test } from "vitest";
import { type GenerateInput, TextToImageSchema } from "@/lib/playground/input";
import { expectedMs, workOf } from "./expected";
import { mergeGenerations } from "./merge";
import type { Generation } from "./view";

const input = (change: Partial<GenerateInput> = {}): GenerateInput =>
  TextToImageSchema.parse({ func: "t2i", prompt: "x", steps: 50, width: 512, height: 512, ...change });
let made = 0;
const item = (elapsedMs: number | undefined, change: Partial<Generation> = {}): Generation => ({
  id: `${++made}`,
  taskId: "t",
  service: "s",
  status: "succeeded",
  purpose: "person",
  working: false,
  input: input(),
  createdAt: `2026-01-01T00:00:${String(made).padStart(2, "0")}.000Z`,
  elapsedMs,
  recovered: false,
  repeated: false,
  sideCarRefused: false,
  pictures: [],
  ...change,
});

test.each([
  ["nothing was made yet", [], undefined],
  ["the same was made before: its middle time, not the slow first one", [item(5000), item(6000), item(90_000)], 6000],
  ["another size: in proportion to its pixels", [item(24_000, { input: input({ width: 1024, height: 1024 }) })], 6000],
  ["fewer steps: in proportion", [item(3000, { input: input({ steps: 25 }) })], 6000],
  [
    "what failed, was found again or is being made says nothing",
    [item(1, { status: "failed" }), item(1, { recovered: true }), item(undefined, { status: "running" })],
    undefined,
  ],
] as const)("%s", (_, history, expected) => {
  expect(expectedMs(workOf(input()), history)).toBe(expected);
});

test("news lie over what was known, in the order of the wishes", () => {
  const [a, b, c] = [item(1), item(2), item(3)];
  const changed = { ...a, status: "failed" as const };
  expect(mergeGenerations([b, a], [changed, c])).toEqual([c, b, changed]);
});
