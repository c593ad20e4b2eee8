import { describe, expect, it } from "vitest";
import { translate } from "./translate";

describe("translate", () => {
  it.each([
    ["一只可爱的猫坐在海边，日落", "a cute cat sitting on seaside, sunset [simulated translation]"],
    ["雪山", "snowy mountain [simulated translation]"],
    ["masterpiece, 山", "masterpiece, mountain [simulated translation]"],
    ["饕餮和猫", "饕餮 and cat [simulated translation]"],
    ["a cat", "a cat"],
    ["", ""],
  ])("%s", (prompt, expected) => {
    expect(translate(prompt)).toBe(expected);
  });
});
