import fc from "fast-check";
import { expect, test } from "vitest";
import { prefill } from "./playground/outpaint";
import { prefill as containerPrefill } from "./sandbox/worker/outpaint";

/** What the playground shows before outpainting is what the container will start from, and it fails where that fails. */

/** Pictures of a single line are beyond all use. */
const side = fc.nat(7);
const picture = fc.record({ width: fc.integer({ min: 2, max: 6 }), height: fc.integer({ min: 2, max: 6 }) });

test.each(["copy", "reflect"] as const)("the preview of %s is the container's canvas", (type) => {
  let fitting = 0;
  fc.assert(
    fc.property(picture, side, side, side, side, ({ width, height }, left, right, up, down) => {
      const data = new Uint8ClampedArray(width * height * 4);
      const pixels = new Uint8Array(width * height * 3);
      for (let at = 0; at < width * height; at++) {
        data.set([at + 1, 2 * at + 1, 255 - at, 255], at * 4);
        pixels.set([at + 1, 2 * at + 1, 255 - at], at * 3);
      }
      const shown = prefill({ width, height, data }, { left, right, up, down }, type);
      let made: { width: number; height: number; pixels: Uint8Array } | undefined;
      try {
        made = containerPrefill({ width, height, pixels, mode: "RGB" }, [left, right, up, down], type);
      } catch {
        made = undefined;
      }
      expect(shown && [shown.width, shown.height]).toEqual(made && [made.width, made.height]);
      if (!shown || !made) return;
      fitting++;
      expect(shown.data.filter((_, at) => at % 4 !== 3)).toEqual(new Uint8ClampedArray(made.pixels));
    }),
    { numRuns: 2000 },
  );
  expect(fitting).toBeGreaterThan(200);
});
