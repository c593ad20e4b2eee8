import { describe, expect, test } from "vitest";
import { controlMap } from "./control-map";
import type { Pixels } from "./outpaint";

function drawn(width: number, height: number, at: (x: number, y: number) => number, alpha = 255): Pixels {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) data.set([at(x, y), at(x, y), at(x, y), alpha], (y * width + x) * 4);
  return { width, height, data };
}
/** White pixels as `x,y`. */
function lines({ width, data }: Pixels): string[] {
  return Array.from({ length: data.length / 4 }, (_, pixel) => pixel)
    .filter((pixel) => data[pixel * 4] === 255)
    .map((pixel) => `${pixel % width},${Math.floor(pixel / width)}`);
}
const columnsOf = (marks: string[]) =>
  [...new Set(marks.map((mark) => Number(mark.split(",")[0])))].sort((a, b) => a - b);

describe("canny", () => {
  const step = (from: number, to: number) => drawn(20, 16, (x) => (x < 10 ? from : to));

  test("draws a border once, one pixel wide, over its whole length but the rim", () => {
    const marks = lines(controlMap(step(0, 200), "canny"));
    expect(columnsOf(marks)).toHaveLength(1);
    expect(marks).toHaveLength(14);
  });

  // A border of 25 has a gradient of 100, one of 50 has 200: the thresholds of `Canny(image, 100, 200)`.
  test.each([
    [25, 0],
    [50, 0],
    [51, 14],
  ])("of a step of %i: %i pixels", (height, count) => {
    expect(lines(controlMap(step(0, height), "canny"))).toHaveLength(count);
  });

  test("keeps a weak line that goes on from a strong one", () => {
    const fading = drawn(20, 32, (x, y) => (x < 10 ? 0 : y < 16 ? 200 : 40));
    const marks = lines(controlMap(fading, "canny"));
    expect(marks.some((mark) => mark.endsWith(",28"))).toBe(true);
  });

  test("sees nothing in a plain picture, and a transparent one as white", () => {
    expect(
      lines(
        controlMap(
          drawn(8, 8, () => 90),
          "canny",
        ),
      ),
    ).toEqual([]);
    expect(
      lines(
        controlMap(
          drawn(8, 8, (x) => (x < 4 ? 0 : 255), 0),
          "canny",
        ),
      ),
    ).toEqual([]);
  });
});

test("scribble draws thick strokes, white on black and opaque", () => {
  const map = controlMap(
    drawn(64, 64, (x) => (x < 32 ? 0 : 255)),
    "scribble",
  );
  const columns = columnsOf(lines(map));
  expect(columns.length).toBeGreaterThan(3);
  expect(columns.at(0)).toBeGreaterThan(20);
  expect(columns.at(-1)).toBeLessThan(44);
  expect([...map.data].every((value, at) => value === 0 || value === 255 || at < 0)).toBe(true);
  expect(map.data[3]).toBe(255);
});

test("a picture of one pixel is no trouble", () => {
  for (const kind of ["canny", "scribble"] as const)
    expect(
      lines(
        controlMap(
          drawn(1, 1, () => 9),
          kind,
        ),
      ),
    ).toEqual([]);
});
