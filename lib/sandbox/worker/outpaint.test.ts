import { describe, expect, it } from "vitest";
import { expandSides, prefill, type Sides } from "./outpaint";
import type { PilImage } from "./pictures";
import type { PythonValue } from "./python-json";

/** 3 × 2 pixels, each with a grey of its own: 10 20 30 / 40 50 60. */
const IMAGE: PilImage = {
  width: 3,
  height: 2,
  mode: "RGB",
  pixels: Uint8Array.from([10, 20, 30, 40, 50, 60].flatMap((grey) => [grey, grey, grey])),
};

function rows(sides: Sides, type: string, image = IMAGE): number[][] {
  const { width, height, pixels } = prefill(image, sides, type);
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => pixels[(y * width + x) * 3] ?? -1),
  );
}

describe("prefill", () => {
  it("copy repeats the outermost pixels, corners too", () => {
    expect(rows([1, 1, 1, 1], "copy")).toEqual([
      [10, 10, 20, 30, 30],
      [10, 10, 20, 30, 30],
      [40, 40, 50, 60, 60],
      [40, 40, 50, 60, 60],
    ]);
  });

  it("any other type is copy", () => {
    expect(rows([1, 0, 0, 0], "mirror")).toEqual(rows([1, 0, 0, 0], "copy"));
  });

  it("reflect mirrors to the left", () => {
    expect(rows([2, 0, 0, 0], "reflect")).toEqual([
      [20, 10, 10, 20, 30],
      [50, 40, 40, 50, 60],
    ]);
  });

  it("reflect repeats to the right, in order and without the last column", () => {
    const wide = {
      ...IMAGE,
      width: 5,
      height: 1,
      pixels: Uint8Array.from([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5]),
    };
    expect(rows([0, 2, 0, 0], "reflect", wide)).toEqual([[1, 2, 3, 4, 5, 3, 4]]);
  });

  it("reflect mirrors upwards and repeats downwards", () => {
    expect(rows([0, 0, 2, 0], "reflect")[0]).toEqual([40, 50, 60]);
    expect(rows([0, 0, 1, 1], "reflect").map(([first]) => first)).toEqual([10, 10, 40, 10]);
  });

  it.each<[string, Sides, string, Partial<PilImage>, string]>([
    ["reflecting more to the left than there is", [4, 0, 0, 0], "reflect", {}, "from shape (2,3,3) into shape (2,4,3)"],
    ["reflecting more downwards than there is", [0, 0, 0, 4], "reflect", {}, "from shape (0,3,3) into shape (4,3,3)"],
    ["a picture with alpha", [1, 1, 1, 1], "copy", { mode: "RGBA" }, "from shape (2,3,4) into shape (2,3,3)"],
    ["a grey picture", [1, 1, 1, 1], "copy", { mode: "L" }, "from shape (2,3) into shape (2,3,3)"],
    ["less than nothing", [-1, 0, 0, 0], "copy", {}, "from shape (2,3,3) into shape (2,1,3)"],
  ])("%s fails", (_, sides, type, change, shapes) => {
    expect(() => prefill({ ...IMAGE, ...change }, sides, type)).toThrow(`could not broadcast input array ${shapes}`);
  });
});

describe("expandSides", () => {
  it.each<[string, PythonValue, string]>([
    ["three", [1n, 2n, 3n], "not enough values to unpack (expected 4, got 3)"],
    ["five", [1n, 2n, 3n, 4n, 5n], "too many values to unpack (expected 4)"],
    ["a number", 64n, "cannot unpack non-iterable int object"],
    ["nothing", null, "cannot unpack non-iterable NoneType object"],
    ["floats", [1.5, 2n, 3n, 4n], "integer argument expected, got float"],
    ["texts", ["1", 2n, 3n, 4n], "unsupported operand type(s) for +: 'int' and 'str'"],
    ["a text of four", "1234", "unsupported operand type(s) for +: 'int' and 'str'"],
  ])("%s", (_, value, message) => {
    expect(() => expandSides(value)).toThrow(message);
  });

  it("takes four whole numbers", () => {
    expect(expandSides([1n, 2n, 0n, true])).toEqual([1, 2, 0, 1]);
  });
});
