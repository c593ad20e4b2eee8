import { expect, test } from "vitest";
import { loraRefusal } from "./lora-refusal";

const READY = { blade: true, optimizing: false };
const PLAIN = { blade: false, optimizing: false };
const OPTIMIZING = { blade: true, optimizing: true };

test.each<[number, typeof READY, ReturnType<typeof loraRefusal>]>([
  [0, OPTIMIZING, undefined],
  [1, OPTIMIZING, "optimizing"],
  [3, READY, undefined],
  [1, PLAIN, undefined],
  [2, PLAIN, "oneOnly"],
])("%i with %j: %s", (count, service, expected) => {
  const loras = Array.from({ length: count }, (_, at) => ({ path: `lora/${at}.safetensors` }));
  expect(loraRefusal({ loras }, service)).toBe(expected);
});
