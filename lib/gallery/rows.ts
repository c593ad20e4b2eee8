/**
 * Justified rows: pictures in their own shapes, all of a row equally high, each row as wide as the page. Pure, and made for
 * tens of thousands: what comes first in the list may grow without the rows further down being laid anew.
 */

export interface Row {
  /** Place in the list of its first picture. */
  start: number;
  /** From the top of the grid. */
  top: number;
  height: number;
  /** Widths by heights of its pictures. */
  aspects: readonly number[];
  /** From its first picture's left edge to its last one's right. */
  width: number;
  gap: number;
}

/** In whole pixels. */
export interface Cell {
  left: number;
  width: number;
}

export interface RowOptions {
  width: number;
  gap: number;
  /** How high a row should be. */
  height: number;
}

/** A picture that is narrower or wider is cut: a tile must hold its box and its star, and must not fill the window. */
const ASPECT = { min: 0.5, max: 2.5 };
/** No row is lower or higher than so many times what is wanted, if it can be helped. */
const HEIGHT = { min: 0.6, max: 1.6 };
const OUT_OF_BOUNDS = 100;
/** What a last row that is not full costs: less than rows of odd heights before it. */
const LOOSE = 0.04;

/** `pages`: shapes in thousandths, in the order of the list; the first may be a short one (see `Landmarks`). */
export function layRows(pages: readonly (readonly number[])[], options: RowOptions): Row[] {
  const rows: Row[] = [];
  if (options.width <= 0) return rows;
  let start = 0;
  let top = 0;
  const blocks = blocksOf(pages);
  blocks.forEach((block, at) => {
    const aspects = block.map((thousandths) => Math.min(ASPECT.max, Math.max(ASPECT.min, thousandths / 1000)));
    for (const [from, to] of breakRows(aspects, options, at === blocks.length - 1)) {
      const row = toRow(aspects.slice(from, to), options);
      rows.push({ ...row, start: start + from, top });
      top += row.height + options.gap;
    }
    start += block.length;
  });
  return rows;
}

/** No row reaches over the end of a page, so that each is laid by itself; a short one shares rows with the next. */
function blocksOf(pages: readonly (readonly number[])[]): (readonly number[])[] {
  const [newest = [], second = [], ...others] = pages;
  if (newest.length === 0) return [];
  return newest.length < second.length ? [[...newest, ...second], ...others] : [newest, ...pages.slice(1)];
}

/** Where rows begin and end, so that their heights are together as near to the wanted one as can be. */
function breakRows(aspects: readonly number[], options: RowOptions, mayEndLoose: boolean): [number, number][] {
  const count = aspects.length;
  const { width, gap, height } = options;
  /** Least cost of the pictures up to each, and where the last of their rows begins. */
  const costs = new Float64Array(count + 1);
  const begins = new Int32Array(count + 1);
  // Gone through for each picture of the gallery: nothing is made in here.
  for (let end = 1; end <= count; end++) {
    let least = Number.POSITIVE_INFINITY;
    let sum = 0;
    let ratio = HEIGHT.min;
    // More pictures only make it lower.
    for (let from = end - 1; from >= 0 && ratio >= HEIGHT.min; from--) {
      sum += aspects[from] ?? 1;
      ratio = Math.max(1, width - gap * (end - from - 1)) / (sum * height);
      const isLoose = mayEndLoose && end === count && ratio > 1;
      const cost = (costs[from] ?? 0) + (isLoose ? LOOSE : costOf(ratio));
      if (cost >= least) continue;
      least = cost;
      begins[end] = from;
    }
    costs[end] = least;
  }
  const rows: [number, number][] = [];
  for (let end = count; end > 0; end = begins[end] ?? 0) rows.push([begins[end] ?? 0, end]);
  return rows.reverse();
}

/** Half as high is as odd as twice as high; what is out of bounds only where nothing else is left. */
function costOf(ratio: number): number {
  const odd = ratio > 1 ? ratio - 1 : 1 / ratio - 1;
  return odd * odd + (ratio < HEIGHT.min || ratio > HEIGHT.max ? OUT_OF_BOUNDS : 0);
}

function toRow(aspects: readonly number[], options: RowOptions): Omit<Row, "start" | "top"> {
  const { gap } = options;
  const sum = total(aspects);
  const natural = (options.width - gap * (aspects.length - 1)) / sum;
  const isFull = natural <= options.height * HEIGHT.max;
  const height = Math.round(isFull ? natural : options.height);
  const width = isFull ? options.width : Math.round(sum * height) + gap * (aspects.length - 1);
  return { aspects, height, width, gap };
}

/** Where the pictures of a row stand: its edges are rounded, not their widths, so that the last one meets the page's. */
export function cellsOf({ aspects, width, gap }: Row): Cell[] {
  const scale = (width - gap * (aspects.length - 1)) / total(aspects);
  let before = 0;
  return aspects.map((aspect, at) => {
    const left = Math.round(before * scale);
    before += aspect;
    return { left: left + at * gap, width: Math.round(before * scale) - left };
  });
}

const total = (aspects: readonly number[]) => aspects.reduce((sum, aspect) => sum + aspect, 0);

/** The row that holds a picture. */
export function rowOf(rows: readonly Row[], index: number): number {
  let [low, high] = [0, rows.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((rows[middle]?.start ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

/** Where the middle of a picture stands in its row. */
export function middleOf(rows: readonly Row[], index: number): number {
  const row = rows[rowOf(rows, index)];
  const cell = row && cellsOf(row)[index - row.start];
  return cell ? cell.left + cell.width / 2 : 0;
}

/** The picture of a row that stands nearest below or above a place. */
export function nearestIn(row: Row, middle: number): number {
  const distances = cellsOf(row).map(({ left, width }) => Math.abs(left + width / 2 - middle));
  return row.start + distances.indexOf(Math.min(...distances));
}

/** How far what one looks at has moved down after so many pictures came in front of it. `y`: from the top of the grid. */
export function movedBy(before: readonly Row[], after: readonly Row[], added: number, y: number): number {
  const seen = before.find(({ top, height }) => top + height > y);
  const now = seen && after[rowOf(after, seen.start + added)];
  return now ? now.top - seen.top : 0;
}
