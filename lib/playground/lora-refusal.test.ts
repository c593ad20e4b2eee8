import { expect, test } from "vitest";
import type { Func } from "./limits";
import { loraRefusal } from "./lora-refusal";

const READY = { blade: true, optimizing: false };
const PLAIN = { blade: false, optimizing: false };
const OPTIMIZING = { blade: true, optimizing: true };

test.each<[Func, number, typeof READY, ReturnType<typeof loraRefusal>]>([
  ["t2i", 0, OPTIMIZING, undefined],
  ["t2i", 1, OPTIMIZING, "optimizing"],
  ["i2i", 3, READY, undefined],
  ["i2i", 1, PLAIN, undefined],
  ["outpaint", 2, PLAIN, "oneOnly"],
  ["controlnet", 2, PLAIN, undefined],
])("%s with %i, %j: %s", (func, count, service, expected) => {
  const loras = Array.from({ length: count }, (_, at) => ({ path: `lora/${at}.safetensors` }));
  expect(loraRefusal({ func, loras }, service)).toBe(expected);
});
