import sharp from "sharp";

/** 64 × 64, one grey, as base64. */
export const GREY_PICTURE = (
  await sharp({ create: { width: 64, height: 64, channels: 3, background: "#808080" } })
    .png()
    .toBuffer()
).toString("base64");
