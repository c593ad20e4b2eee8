/**
 * What a request's pictures may weigh together. The gateway takes bodies of 1 MB (eas-gateway-and-queue.md §3); base64 makes
 * three bytes four, and prompts and parameters stay below 30 kB.
 */
const BODY_BYTES_MAX = 1_000_000;
const REST_BYTES_MAX = 30_000;

export const INPUT_BYTES_MAX = Math.floor(((BODY_BYTES_MAX - REST_BYTES_MAX) * 3) / 4);
/** Masks are few large areas: this is plenty for the PNG of a feathered one. */
const MASK_BYTES_MAX = 120_000;
export const IMAGE_BYTES_MAX = INPUT_BYTES_MAX - MASK_BYTES_MAX;
/** What the service reads from the bucket instead; a PNG of the largest size that is asked for stays below it. */
export const LINKED_BYTES_MAX = 24_000_000;
/** No side of a picture that is sent is longer: the playground asks for none larger. */
export const INPUT_SIDE_MAX = 2048;
