import { describe, expect, it } from "vitest";
import type { Picture } from "../pictures";
import { follow } from "./follow";
import { controlImage, guessReading, PROCESS_FUNCTIONS, type ProcessFunction, READINGS, type Reading } from "./kinds";
import { ADE } from "./segments";

const SIDE = 96;

type Paint = (x: number, y: number) => readonly [number, number, number];

function paint(colour: Paint, width = SIDE, height = SIDE): Picture {
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) pixels.set(colour(x, y), (y * width + x) * 3);
  return { width, height, pixels };
}

/** A red column before a blue sky over green ground. */
const SCENE = paint((x, y) => (x > 40 && x < 60 && y > 12 ? [190, 60, 50] : y < 56 ? [120, 170, 220] : [70, 130, 60]));
/** Light and dark by turns, so that every follower has something to change. */
const FRESH = paint((x, y) => [90 + ((x * 7) % 90), 100 + ((y * 5) % 90), 120 + ((x + y) % 60)]);

const at = ({ pixels, width }: Picture, x: number, y: number) => [
  ...pixels.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];
const grey = (picture: Picture, x: number, y: number) => at(picture, x, y)[0] ?? 0;
const most = (picture: Picture, xs: number[], y: number) => Math.max(...xs.map((x) => grey(picture, x, y)));

function difference(a: Picture, b: Picture): number {
  return a.pixels.reduce((sum, value, index) => sum + Math.abs(value - (b.pixels[index] ?? 0)), 0) / a.pixels.length;
}

describe("control images come from the given picture", () => {
  it.each(["canny", "hed", "scribble", "mlsd"] as const)(
    "%s draws the column's edges and leaves its inside dark",
    async (kind) => {
      const map = await controlImage(SCENE, kind);
      expect(most(map, [38, 39, 40, 41, 42], 40)).toBeGreaterThan(120);
      expect(most(map, [58, 59, 60, 61, 62], 40)).toBeGreaterThan(120);
      expect(grey(map, 50, 30)).toBeLessThan(60);
    },
  );

  it("canny is one pixel wide", async () => {
    const map = await controlImage(SCENE, "canny");
    expect([36, 37, 38, 39, 40, 41, 42, 43].filter((x) => grey(map, x, 40) > 0)).toHaveLength(1);
  });

  it("mlsd keeps straight lines and drops a ring", async () => {
    const ring = paint((x, y) => (Math.abs(Math.hypot(x - 48, y - 48) - 20) < 3 ? [255, 255, 255] : [0, 0, 0]));
    const lit = (map: Picture) => map.pixels.filter((value) => value > 0).length / 3;
    expect(lit(await controlImage(ring, "mlsd"))).toBeLessThan(lit(await controlImage(ring, "canny")) * 0.4);
  });

  it("depth: what is low is nearer than the sky", async () => {
    const map = await controlImage(SCENE, "depth");
    expect(grey(map, 10, 90)).toBeGreaterThan(grey(map, 10, 8) + 80);
  });

  it("normal: flat background looks at the viewer, slopes do not", async () => {
    const map = await controlImage(SCENE, "normal");
    expect(at(map, 5, 5)).toEqual([127, 127, 255]);
    const sideways = [...Array(SIDE).keys()].map((x) => Math.abs((at(map, x, 60)[0] ?? 0) - 127));
    expect(Math.max(...sideways)).toBeGreaterThan(20);
  });

  it("seg: three areas, three classes of the palette", async () => {
    const map = await controlImage(SCENE, "seg");
    const areas = [at(map, 10, 20), at(map, 10, 80), at(map, 50, 40)].map(String);
    expect(new Set(areas).size).toBe(3);
    expect(areas[0]).toBe(String(ADE.sky));
    expect(Object.values(ADE).map(String)).toEqual(expect.arrayContaining(areas));
  });

  it("openpose: one coloured figure on black, where the picture stands out", async () => {
    const left = paint((x, y) => (x > 10 && x < 34 && y > 8 && y < 90 ? [220, 200, 180] : [20, 30, 40]));
    const middle = async (picture: Picture) => {
      const map = await controlImage(picture, "openpose");
      const columns = [...Array(SIDE * SIDE).keys()].filter(
        (pixel) => Math.max(...map.pixels.subarray(pixel * 3, pixel * 3 + 3)) > 60,
      );
      expect(columns.length).toBeGreaterThan(100);
      expect(columns.length).toBeLessThan(SIDE * SIDE * 0.3);
      return columns.reduce((sum, pixel) => sum + (pixel % SIDE), 0) / columns.length;
    };
    expect(Math.abs((await middle(left)) - 22)).toBeLessThan(6);
    expect(Math.abs((await middle(SCENE)) - 50)).toBeLessThan(8);
  });

  it.each(PROCESS_FUNCTIONS)(
    "%s: the same picture gives the same map, another one another, of any size",
    async (kind) => {
      const [once, twice] = [await controlImage(SCENE, kind), await controlImage(SCENE, kind)];
      expect(Buffer.from(once.pixels).equals(Buffer.from(twice.pixels))).toBe(true);
      const mirrored = paint((x, y) => {
        const [r = 0, g = 0, b = 0] = at(SCENE, SIDE - 1 - Math.min(SIDE - 1, x + 20 < SIDE ? x + 20 : x), y);
        return [r, g, b];
      });
      expect(difference(await controlImage(mirrored, kind), once)).toBeGreaterThan(0.1);
      for (const [width, height] of [
        [8, 8],
        [64, 24],
        [1, 40],
      ] as const) {
        const map = await controlImage(
          paint((x, y) => [x * 3, y * 5, 90], width, height),
          kind,
        );
        expect([map.width, map.height, map.pixels.length]).toEqual([width, height, width * height * 3]);
      }
    },
  );
});

describe("the picture follows its control image", () => {
  const result = async (kind: ProcessFunction, scale: number, order: "rgb" | "bgr" = "rgb", scene = SCENE) =>
    follow(FRESH, await controlImage(scene, kind), { reading: READINGS[kind], scale, order });

  it.each(PROCESS_FUNCTIONS)("%s: not at all with a scale of 0, and more the larger it is", async (kind) => {
    const by = async (scale: number) => difference(await result(kind, scale), FRESH);
    expect(await by(0)).toBe(0);
    const [little, usual, much] = [await by(0.3), await by(1), await by(2)];
    expect(little).toBeGreaterThan(0);
    expect(usual).toBeGreaterThan(little * 1.3);
    expect(much).toBeGreaterThan(usual);
  });

  it.each(PROCESS_FUNCTIONS)("%s: another picture leads elsewhere", async (kind) => {
    const other = paint((x, y) => (x > 60 && y > 30 ? [240, 230, 200] : y < 20 ? [10, 20, 30] : [40, 60, 90]));
    expect(difference(await result(kind, 1), await result(kind, 1, "rgb", other))).toBeGreaterThan(0.5);
  });

  it("lines become dark", async () => {
    const picture = await result("scribble", 1);
    const sum = (x: number) => at(picture, x, 40).reduce((total, value) => total + value, 0);
    expect(Math.min(...[38, 39, 40, 41, 42].map(sum))).toBeLessThan(120);
    expect(sum(50)).toBeGreaterThan(200);
  });

  it("normals light the scene in the order in which the ControlNet was trained, and not in the other", async () => {
    const spread = (picture: Picture) => difference(picture, FRESH);
    expect(difference(await result("normal", 1, "bgr"), await result("normal", 1, "rgb"))).toBeGreaterThan(3);
    expect(spread(await result("normal", 1, "bgr"))).toBeGreaterThan(1);
  });
});

describe("guessReading", () => {
  it.each<[ProcessFunction, Reading]>([
    ["canny", "lines"],
    ["scribble", "lines"],
    ["depth", "depth"],
    ["normal", "normal"],
    ["openpose", "pose"],
    ["seg", "regions"],
  ])("a control image of %s is read as %s", async (kind, reading) => {
    expect(guessReading(await controlImage(SCENE, kind))).toBe(reading);
  });
});
