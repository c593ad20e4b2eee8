import { expect, it } from "vitest";
import { bladeGain } from "./blade-gain";

const picture = (elapsedMs: number | undefined, useBlade: boolean | undefined, size = 512, steps = 20) => ({
  elapsedMs,
  useBlade,
  input: { func: "t2i", width: size, height: size, steps },
});

it("compares pictures of one size and as many steps, before and after", () => {
  const pictures = [
    picture(2700, true),
    picture(2500, true),
    picture(6100, false),
    picture(9000, true, 768),
    picture(9, true, 768),
    picture(9, true, 768),
    picture(9, true, 768),
  ];
  expect(bladeGain(pictures)).toEqual({ size: "512 × 512", steps: 20, withMs: 2500, withoutMs: 6100 });
});

it("leaves a side open that was not measured", () => {
  expect(bladeGain([picture(2700, true)])).toEqual({
    size: "512 × 512",
    steps: 20,
    withMs: 2700,
    withoutMs: undefined,
  });
});

it("says nothing without a time or an answer", () => {
  expect(bladeGain([picture(undefined, true), picture(1, undefined)])).toBeUndefined();
});
