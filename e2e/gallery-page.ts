import type { Locator, Page } from "@playwright/test";
import sharp from "sharp";
import { expect } from "./fixtures";

/* The gallery as people see it: its grid, its rows, its details, and files that are dropped on it. */

export const grid = (page: Page): Locator => page.getByRole("grid", { name: "Pictures" });
export const cells = (page: Page): Locator => grid(page).getByRole("gridcell");
export const search = (page: Page): Locator => page.getByLabel("Search prompts");
export const details = (page: Page): Locator => page.getByRole("dialog");

/** The gallery with the pictures of one service only: other stories make theirs at the same time. */
export async function openGallery(page: Page, service: string, count: number): Promise<void> {
  await page.goto(`/gallery?service=${service}`);
  await expect(page.getByText(`${count} picture${count === 1 ? "" : "s"}`, { exact: true })).toBeVisible();
  await expect(cells(page)).toHaveCount(count);
}

export async function pixelsOf(image: Locator): Promise<string> {
  const source = await image.getAttribute("src");
  const answer = await fetch(source ?? "");
  return (
    await sharp(Buffer.from(await answer.arrayBuffer()))
      .raw()
      .toBuffer()
  ).toString("base64");
}

/** Pictures whose tile has another shape than they have, and tiles that are not there yet. */
export function shapesOff(page: Page): Promise<string[]> {
  return cells(page).evaluateAll((all) =>
    all.flatMap((cell) => {
      const image = cell.querySelector("img");
      if (!image?.naturalHeight) return ["not loaded"];
      const { width, height } = cell.getBoundingClientRect();
      const off = Math.abs(width - (height * image.naturalWidth) / image.naturalHeight);
      return off > 2 ? [`${image.alt}: ${width} × ${height}`] : [];
    }),
  );
}

export function rowsOf(page: Page) {
  return grid(page)
    .getByRole("row")
    .evaluateAll((all) =>
      all.map((row) => {
        const tiles = [...row.querySelectorAll<HTMLElement>("[role=gridcell]")];
        const boxes = tiles.map((tile) => tile.getBoundingClientRect());
        return {
          first: Number(tiles[0]?.dataset.index),
          cells: tiles.length,
          left: Math.round(boxes[0]?.left ?? 0),
          right: Math.round(boxes.at(-1)?.right ?? 0),
        };
      }),
    );
}

/** As the file manager would, onto the page or something on it. */
export async function dropFile(page: Page, path: string, on?: Locator): Promise<void> {
  const box = await on?.boundingBox();
  const at = box ? { x: box.x + box.width / 2, y: box.y + box.height / 2 } : { x: 720, y: 860 };
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const)
    await devtools.send("Input.dispatchDragEvent", { type, ...at, data });
  await devtools.detach();
}

/** A PNG with a `tEXt` chunk behind its header. */
export function withParameters(png: Buffer, text: string): Buffer {
  const data = Buffer.from(`parameters\0${text}`, "latin1");
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length);
  head.write("tEXt", 4, "latin1");
  const headerEnd = 33;
  // Readers of settings do not look at the sum.
  return Buffer.concat([png.subarray(0, headerEnd), head, data, Buffer.alloc(4), png.subarray(headerEnd)]);
}
