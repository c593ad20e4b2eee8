import { describe, expect, test } from "vitest";
import { cellsOf, layRows, middleOf, movedBy, nearestIn, type Row, type RowOptions, rowOf } from "./rows";

const WIDE: RowOptions = { width: 1300, gap: 12, height: 200 };
const PHONE: RowOptions = { width: 358, gap: 8, height: 168 };
const SHAPES = [1000, 1500, 667, 1000, 1778, 563, 1000, 1333, 750, 1000];
/** As people make them: no order in the shapes. */
const mixed = (count: number, from = 0) =>
  Array.from({ length: count }, (_, n) => SHAPES[((n + from) * 7919) % SHAPES.length] ?? 1000);
const inPages = (all: number[], first: number) => {
  const pages = [all.slice(0, first)];
  for (let at = first; at < all.length; at += 60) pages.push(all.slice(at, at + 60));
  return pages;
};
const rightOf = (row: Row) => {
  const last = cellsOf(row).at(-1);
  return (last?.left ?? 0) + (last?.width ?? 0);
};

describe.each([
  ["wide, mixed shapes", mixed(500), 20, WIDE],
  ["wide, squares", Array<number>(127).fill(1000), 7, WIDE],
  ["wide, upright ones", Array<number>(240).fill(667), 60, WIDE],
  ["wide, very long ones and very narrow ones", Array.from({ length: 180 }, (_, n) => (n % 2 ? 12_000 : 40)), 60, WIDE],
  ["telephone, mixed shapes", mixed(300), 60, PHONE],
  ["telephone, squares", Array<number>(121).fill(1000), 1, PHONE],
  ["telephone, wide ones", Array<number>(120).fill(1778), 60, PHONE],
])("%s", (_, shapes, first, options) => {
  const rows = layRows(inPages(shapes, first), options);
  const full = rows.slice(0, -1);

  test("hold every picture once, in the order of the list", () => {
    expect(rows.flatMap(({ start, aspects }) => aspects.map((_aspect, at) => start + at))).toEqual(
      shapes.map((_s, n) => n),
    );
  });

  test("reach from edge to edge, but for the last", () => {
    for (const row of full) expect([cellsOf(row)[0]?.left, rightOf(row)]).toEqual([0, options.width]);
    expect(rightOf(rows.at(-1) as Row)).toBeLessThanOrEqual(options.width);
  });

  test("are about as high as wanted, and do not overlap", () => {
    for (const { height } of rows) {
      expect(height).toBeGreaterThanOrEqual(options.height * 0.6);
      expect(height).toBeLessThanOrEqual(options.height * 1.6);
    }
    rows.forEach(({ top, height }, at) => {
      const next = top + height + options.gap;
      expect(rows[at + 1]?.top ?? next).toBe(next);
    });
    for (const row of rows) {
      const cells = cellsOf(row);
      cells.forEach(({ left, width }, at) => {
        const next = left + width + options.gap;
        expect(cells[at + 1]?.left ?? next).toBe(next);
      });
    }
  });

  test("keep each shape within a pixel, unless it is beyond all measure", () => {
    for (const row of rows)
      cellsOf(row).forEach(({ width }, at) => {
        const shape = Math.min(2.5, Math.max(0.5, (shapes[row.start + at] ?? 0) / 1000));
        expect(Math.abs(width - shape * row.height)).toBeLessThanOrEqual(2);
      });
  });
});

test.each<[string, number[], Pick<Row, "height">[], number]>([
  ["nothing", [], [], 0],
  ["one stays at the wanted height instead of filling the page", [1000], [{ height: 200 }], 200],
  ["few stand at the left", [1000, 1500], [{ height: 200 }], 512],
  ["one row that is nearly full is filled", Array<number>(6).fill(1000), [{ height: 207 }], 1300],
])("%s", (_, shapes, expected, right) => {
  const rows = layRows([shapes], WIDE);
  expect(rows.map(({ height }) => ({ height }))).toEqual(expected);
  expect(rows[0] ? rightOf(rows[0]) : 0).toBe(right);
});

test("a new picture moves the rows of the two newest pages only", () => {
  const old = mixed(420);
  const tail = ({ top: _top, start, ...row }: Row, moved: number) => ({ start: start - moved, ...row });
  for (const added of [1, 2, 19]) {
    const before = layRows(inPages(old, 60), WIDE);
    const after = layRows([mixed(added, 5), ...inPages(old, 60)], WIDE);
    const untouched = before.filter(({ start }) => start >= 60).map((row) => tail(row, 0));
    expect(after.filter(({ start }) => start >= 60 + added).map((row) => tail(row, added))).toEqual(untouched);
    expect(untouched.length).toBeGreaterThan(40);
  }
});

test.each([0, 150, 900, 2_000, 5_000])("what stands %i px down is found again after new pictures came", (y) => {
  const old = mixed(300);
  const before = layRows(inPages(old, 60), WIDE);
  for (const added of [1, 7, 20]) {
    const after = layRows([mixed(added, 3), ...inPages(old, 60)], WIDE);
    const seen = before.find(({ top, height }) => top + height > y);
    const moved = movedBy(before, after, added, y);
    const there = after.find(({ top }) => top === (seen?.top ?? 0) + moved);
    const index = (seen?.start ?? 0) + added;
    expect(there && there.start <= index && index < there.start + there.aspects.length).toBe(true);
  }
  expect(movedBy([], before, 1, y)).toBe(0);
});

describe("from row to row", () => {
  const rows = layRows(inPages(mixed(300), 60), WIDE);

  test.each([0, 1, 7, 59, 60, 61, 180, 299])("picture %i is in the row that holds it", (index) => {
    const row = rows[rowOf(rows, index)];
    expect(row && index >= row.start && index < row.start + row.aspects.length).toBe(true);
  });

  test("down and up again, from any picture, comes near to where it began", () => {
    for (let index = 0; index < 280; index++) {
      const middle = middleOf(rows, index);
      const below = rows[rowOf(rows, index) + 1];
      if (!below) continue;
      const down = nearestIn(below, middle);
      expect(rowOf(rows, down)).toBe(rowOf(rows, index) + 1);
      const here = rows[rowOf(rows, index)];
      expect(here && nearestIn(here, middle)).toBe(index);
      // None in that row is nearer.
      for (let at = 0; at < below.aspects.length; at++)
        expect(Math.abs(middleOf(rows, down) - middle)).toBeLessThanOrEqual(
          Math.abs(middleOf(rows, below.start + at) - middle),
        );
    }
  });
});
