import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MaskHistory } from "./history";
import {
  type Box,
  coverage,
  feather,
  fillArea,
  fillBox,
  fillPolygon,
  invert,
  type Mask,
  newMask,
  stroke,
  wholeBox,
} from "./raster";

const rows = ({ width, height, data }: Mask) =>
  Array.from({ length: height }, (_, y) =>
    [...data.subarray(y * width, (y + 1) * width)].map((value) => (value >= 128 ? "#" : ".")).join(""),
  );
const copy = (mask: Mask): Mask => ({ ...mask, data: mask.data.slice() });

describe("tools", () => {
  test("the brush is round and joins its points", () => {
    const mask = newMask(9, 5);
    stroke(mask, { x: 2.5, y: 2.5 }, { x: 6.5, y: 2.5 }, 1.5, true);
    expect(rows(mask)).toEqual([".........", ".#######.", ".#######.", ".#######.", "........."]);
  });

  test("painting never lessens, erasing never adds, and both only touch their box", () => {
    const point = fc.record({ x: fc.integer({ min: -5, max: 25 }), y: fc.integer({ min: -5, max: 25 }) });
    fc.assert(
      fc.property(
        point,
        point,
        fc.double({ min: 0.5, max: 8, noNaN: true }),
        fc.boolean(),
        (from, to, radius, paints) => {
          const mask = newMask(20, 20);
          fillBox(mask, { left: 5, top: 5, right: 15, bottom: 15 }, true);
          const before = copy(mask);
          const box = stroke(mask, from, to, radius, paints);
          mask.data.forEach((value, at) => {
            const [x, y] = [at % 20, Math.floor(at / 20)];
            const was = before.data[at] ?? 0;
            if (x < box.left || x >= box.right || y < box.top || y >= box.bottom) expect(value).toBe(was);
            else if (paints) expect(value).toBeGreaterThanOrEqual(was);
            else expect(value).toBeLessThanOrEqual(was);
          });
        },
      ),
    );
  });

  test("a rectangle is cut at the border, and erased again", () => {
    const mask = newMask(4, 3);
    fillBox(mask, { left: 2, top: -4, right: 99, bottom: 2 }, true);
    expect(rows(mask)).toEqual(["..##", "..##", "...."]);
    fillBox(mask, { left: 3, top: 0, right: 4, bottom: 1 }, false);
    expect(rows(mask)).toEqual(["..#.", "..##", "...."]);
  });

  test.each([
    [
      "a square",
      [
        [1, 1],
        [4, 1],
        [4, 3],
        [1, 3],
      ],
      [".....", ".###.", ".###.", "....."],
    ],
    [
      "a triangle",
      [
        [0, 0],
        [5, 0],
        [0, 4],
      ],
      ["####.", "###..", "##...", "#...."],
    ],
    [
      "two points",
      [
        [0, 0],
        [5, 4],
      ],
      [".....", ".....", ".....", "....."],
    ],
  ])("the lasso fills %s", (_, points, expected) => {
    const mask = newMask(5, 4);
    fillPolygon(
      mask,
      points.map(([x = 0, y = 0]) => ({ x, y })),
      true,
    );
    expect(rows(mask)).toEqual(expected);
  });

  test("filling stays within the line around it", () => {
    const mask = newMask(7, 5);
    fillBox(mask, { left: 1, top: 1, right: 6, bottom: 4 }, true);
    fillBox(mask, { left: 2, top: 2, right: 5, bottom: 3 }, false);
    fillArea(mask, { x: 3, y: 2 }, true);
    expect(rows(mask)).toEqual([".......", ".#####.", ".#####.", ".#####.", "......."]);
    expect(fillArea(mask, { x: 3, y: 2 }, true)).toEqual({ left: 0, top: 0, right: 0, bottom: 0 });
    expect(fillArea(mask, { x: 99, y: 2 }, true)).toEqual({ left: 0, top: 0, right: 0, bottom: 0 });
  });

  test("filling a winding area of two million pixels ends", () => {
    const mask = newMask(2048, 1024);
    for (let x = 4; x < 2048; x += 8) {
      const down = (x / 8) % 2 < 1;
      fillBox(mask, { left: x, top: down ? 0 : 1, right: x + 1, bottom: down ? 1023 : 1024 }, true);
    }
    fillArea(mask, { x: 0, y: 0 }, true);
    expect(coverage(mask)).toBe(1);
  });

  test("inverting twice is nothing", () => {
    const mask = newMask(3, 1);
    mask.data.set([0, 100, 255]);
    invert(mask);
    expect([...mask.data]).toEqual([255, 155, 0]);
    invert(mask);
    expect([...mask.data]).toEqual([0, 100, 255]);
  });

  test("feathering softens the edge and nothing far from it", () => {
    const mask = newMask(60, 20);
    fillBox(mask, { left: 30, top: 0, right: 60, bottom: 20 }, true);
    feather(mask, 4);
    const line = [...mask.data.subarray(10 * 60, 11 * 60)];
    expect(line[10]).toBe(0);
    expect(line[50]).toBe(255);
    expect(line.slice(25, 35)).toEqual(line.slice(25, 35).toSorted((a, b) => a - b));
    expect(line[29]).toBeGreaterThan(60);
    expect(line[30]).toBeLessThan(195);
  });
});

test("any steps can be taken back and done again, exactly", () => {
  const step = fc.record({
    left: fc.nat(9),
    top: fc.nat(9),
    right: fc.nat(10),
    bottom: fc.nat(10),
    paints: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), fc.array(fc.boolean(), { maxLength: 30 }), (steps, moves) => {
      const mask = newMask(10, 10);
      const history = new MaskHistory();
      const states = [copy(mask)];
      for (const { paints, ...box } of steps) {
        const before = copy(mask);
        const changed: Box = fillBox(mask, box, paints);
        history.record(before, changed);
        if (changed.right > changed.left && changed.bottom > changed.top) states.push(copy(mask));
      }
      let at = states.length - 1;
      for (const back of moves) {
        const moved = back ? history.undo(mask) : history.redo(mask);
        if (moved) at += back ? -1 : 1;
        expect(mask.data).toEqual(states[at]?.data);
        expect([history.canUndo, history.canRedo]).toEqual([at > 0, at < states.length - 1]);
      }
    }),
  );
});

test("a new step forgets what was taken back, and old steps are let go", () => {
  const mask = newMask(4, 4);
  const history = new MaskHistory();
  for (let count = 0; count < 70; count++) history.record(copy(mask), wholeBox(mask));
  let steps = 0;
  while (history.undo(mask)) steps++;
  expect(steps).toBe(60);
  history.record(copy(mask), wholeBox(mask));
  expect(history.canRedo).toBe(false);
});
