import { type Picture, resize } from "../pictures";
import { blur, brightness, greyPicture, length, normalised, type Plane, sobel } from "./plane";

/**
 * Stands in for the network that estimates depth; white is near. Guessed from what photographs have in common: what is
 * low in the picture and in its middle is near, what is sharp is nearer than what is smooth, what is bright and high up is
 * sky. A guess from the real picture, not a measurement.
 */
export function estimateDepth(picture: Picture): Plane {
  const { width, height } = picture;
  const light = brightness(picture);
  const side = Math.min(width, height);
  const { x, y } = sobel(light);
  const detail = normalised(
    blur(
      { width, height, values: x.values.map((gx, pixel) => Math.min(400, length(gx, y.values[pixel] ?? 0))) },
      Math.max(1, Math.round(side / 24)),
      3,
    ),
  );
  const tone = blur(light, Math.max(1, Math.round(side / 64)), 2);
  const values = new Float32Array(width * height);
  for (let row = 0, pixel = 0; row < height; row++) {
    const low = row / Math.max(1, height - 1);
    for (let column = 0; column < width; column++, pixel++) {
      const aside = (2 * column) / Math.max(1, width - 1) - 1;
      const bright = (tone.values[pixel] ?? 0) / 255;
      values[pixel] =
        low * 0.42 +
        (detail.values[pixel] ?? 0) * 0.4 +
        (1 - aside * aside) * 0.1 -
        bright * (1 - low) * 0.3 +
        (1 - bright) * 0.14;
    }
  }
  return normalised(blur({ width, height, values }, Math.max(1, Math.round(side / 160)), 2));
}

/** Depth is smooth: estimated on a small copy, like the network does it, and scaled up. */
export async function depth(picture: Picture): Promise<Picture> {
  const plane = estimateDepth(await shrunk(picture));
  return resize(
    greyPicture({ ...plane, values: plane.values.map((value) => value * 255) }),
    picture.width,
    picture.height,
  );
}

const ESTIMATOR_SIDE = 256;

function shrunk(picture: Picture): Promise<Picture> {
  const share = Math.min(1, ESTIMATOR_SIDE / Math.max(picture.width, picture.height));
  return resize(
    picture,
    Math.max(1, Math.round(picture.width * share)),
    Math.max(1, Math.round(picture.height * share)),
  );
}

/** What lies further away than this is background and looks straight at the viewer (the program's `bg_threshold`). */
const BACKGROUND = 0.4;

/** Directions of the surface: red = to the right, green = downwards, blue = towards the viewer. */
export async function normal(picture: Picture): Promise<Picture> {
  const small = await shrunk(picture);
  const plane = estimateDepth(small);
  const { width, height } = small;
  // The estimator's own numbers reach into the hundreds; ours into the thousands make slopes as steep as its.
  const { x, y } = sobel({ ...plane, values: plane.values.map((value) => value * Math.min(width, height) * 1.6) });
  const pixels = new Uint8Array(width * height * 3);
  const toward = Math.PI * 2;
  for (let pixel = 0, at = 0; pixel < plane.values.length; pixel++, at += 3) {
    const isNear = (plane.values[pixel] ?? 0) >= BACKGROUND;
    const nx = isNear ? (x.values[pixel] ?? 0) : 0;
    const ny = isNear ? (y.values[pixel] ?? 0) : 0;
    const size = length(nx, ny, toward);
    pixels[at] = 127.5 + (127.5 * nx) / size;
    pixels[at + 1] = 127.5 + (127.5 * ny) / size;
    pixels[at + 2] = 127.5 + (127.5 * toward) / size;
  }
  return resize({ width, height, pixels }, picture.width, picture.height);
}
