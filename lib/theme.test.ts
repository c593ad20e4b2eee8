import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseTheme, themeAttribute } from "./theme";

/** The promised contrasts, computed from the tokens themselves (WCAG 2 relative luminance of OKLCH colours). */

type Oklch = readonly [lightness: number, chroma: number, hue: number];
type Scheme = "light" | "dark";

const css = readFileSync(new URL("../app/globals.css", import.meta.url), "utf8");
const tokens = new Map(
  [...css.matchAll(/--color-([\w-]+): light-dark\(oklch\(([^)]*)\), oklch\(([^)]*)\)\)/g)].map((match) => [
    match[1],
    { light: parse(match[2]), dark: parse(match[3]) },
  ]),
);

function parse(text = ""): Oklch {
  const [lightness = 0, chroma = 0, hue = 0] = text.split(" ").map(Number);
  return [lightness, chroma, hue];
}

/** OKLCH → linear sRGB with the matrices of CSS Color 4, then the luminance weights. */
function luminance([lightness, chroma, hue]: Oklch): number {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  return (
    0.2126 * clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s) +
    0.7152 * clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s) +
    0.0722 * clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s)
  );
}

function contrast(front: string, back: string, scheme: Scheme): number {
  const [x, y] = [front, back].map((name) => {
    const token = tokens.get(name);
    if (!token) throw new Error(`no token ${name}`);
    return luminance(token[scheme]);
  });
  if (x === undefined || y === undefined) throw new Error("unreachable");
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

const SURFACES = ["bg", "surface", "raised", "hover"];
const SOFT = ["ok-soft", "warn-soft", "bad-soft", "info-soft", "accent-soft"];

const PROMISES: [front: string, backs: string[], atLeast: number][] = [
  ["text", [...SURFACES, ...SOFT], 7],
  ["text-2", [...SURFACES, ...SOFT], 7],
  ["text-3", [...SURFACES, "accent-soft"], 4.5],
  ["accent-text", [...SURFACES, "accent-soft"], 4.5],
  ["accent-ink", ["accent", "accent-hover"], 4.5],
  ["bad-ink", ["bad-solid"], 4.5],
  ["ok", ["ok-soft", ...SURFACES], 4.5],
  ["warn", ["warn-soft", ...SURFACES], 4.5],
  ["bad", ["bad-soft", ...SURFACES], 4.5],
  ["info", ["info-soft", ...SURFACES], 4.5],
  ["control", ["bg", "surface", "raised"], 3],
  ["accent", ["bg", "surface", "raised"], 3],
];

for (const scheme of ["light", "dark"] as const) {
  test.each(PROMISES)(`${scheme}: %s on %j has at least %d : 1`, (front, backs, atLeast) => {
    const low = backs.filter((back) => contrast(front, back, scheme) < atLeast);
    expect(low).toEqual([]);
  });
}

test("the known pair black on white is 21 : 1", () => {
  expect((luminance([1, 0, 0]) + 0.05) / (luminance([0, 0, 0]) + 0.05)).toBeCloseTo(21, 1);
});

test("an unknown theme cookie follows the system", () => {
  expect(themeAttribute(parseTheme("sepia"))).toBeUndefined();
  expect(themeAttribute(parseTheme("dark"))).toBe("dark");
});
