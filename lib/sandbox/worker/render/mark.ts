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

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Where a picture is written on, as far as the test says; everywhere without one. */
type Inside = (x: number, y: number) => boolean;

/**
 * Writes "SIMULATED" into the lower right corner of a part of the picture: no picture of the sandbox may pass for a model's.
 * A part that is too small for the word gets none.
 */
export function drawMark(picture: Picture, part?: Box, inside: Inside = () => true): void {
  const box = part ?? { left: 0, top: 0, width: picture.width, height: picture.height };
  const scale = Math.max(1, Math.round(Math.min(picture.width, picture.height) / 320));
  const width = TEXT.length * 4 * scale + scale;
  const height = 7 * scale;
  const left = box.left + box.width - width - 2 * scale;
  const top = box.top + box.height - height - 2 * scale;
  if (part && (left < box.left || top < box.top)) return;
  blend(picture, { left, top, width, height }, 0, 0.38, inside);
  [...TEXT].forEach((letter, index) => {
    LETTERS[letter]?.forEach((row, y) => {
      for (let x = 0; x < 3; x++) {
        if (!((row >> (2 - x)) & 1)) continue;
        const dot = {
          left: left + (index * 4 + x + 1) * scale,
          top: top + (y + 1) * scale,
          width: scale,
          height: scale,
        };
        blend(picture, dot, 255, 0.8, inside);
      }
    });
  });
}

function blend(picture: Picture, { left, top, width, height }: Box, grey: number, alpha: number, inside: Inside) {
  for (let y = Math.max(0, top); y < Math.min(picture.height, top + height); y++) {
    for (let x = Math.max(0, left); x < Math.min(picture.width, left + width); x++) {
      if (!inside(x, y)) continue;
      const at = (y * picture.width + x) * 3;
      for (let channel = at; channel < at + 3; channel++) {
        picture.pixels[channel] = Math.round((picture.pixels[channel] ?? 0) * (1 - alpha) + grey * alpha);
      }
    }
  }
}
