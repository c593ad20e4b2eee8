import type { Picture } from "../pictures";

/** 3 × 5 dots a letter, a row per number. */
const LETTERS: Readonly<Record<string, readonly number[]>> = {
  S: [7, 4, 7, 1, 7],
  I: [7, 2, 2, 2, 7],
  M: [5, 7, 7, 5, 5],
  U: [5, 5, 5, 5, 7],
  L: [4, 4, 4, 4, 7],
  A: [7, 5, 7, 5, 5],
  T: [7, 2, 2, 2, 2],
  E: [7, 4, 6, 4, 7],
  D: [6, 5, 5, 5, 6],
};

const TEXT = "SIMULATED";

/** Writes "SIMULATED" into the lower right corner: no picture of the sandbox may pass for a model's. */
export function drawMark(picture: Picture): void {
  const scale = Math.max(1, Math.round(Math.min(picture.width, picture.height) / 320));
  const width = TEXT.length * 4 * scale + scale;
  const height = 7 * scale;
  const left = picture.width - width - 2 * scale;
  const top = picture.height - height - 2 * scale;
  blend(picture, left, top, width, height, 0, 0.38);
  [...TEXT].forEach((letter, index) => {
    LETTERS[letter]?.forEach((row, y) => {
      for (let x = 0; x < 3; x++) {
        if ((row >> (2 - x)) & 1) {
          blend(picture, left + (index * 4 + x + 1) * scale, top + (y + 1) * scale, scale, scale, 255, 0.8);
        }
      }
    });
  });
}

function blend(
  picture: Picture,
  left: number,
  top: number,
  width: number,
  height: number,
  grey: number,
  alpha: number,
) {
  for (let y = Math.max(0, top); y < Math.min(picture.height, top + height); y++) {
    for (let x = Math.max(0, left); x < Math.min(picture.width, left + width); x++) {
      const at = (y * picture.width + x) * 3;
      for (let channel = at; channel < at + 3; channel++) {
        picture.pixels[channel] = Math.round((picture.pixels[channel] ?? 0) * (1 - alpha) + grey * alpha);
      }
    }
  }
}
