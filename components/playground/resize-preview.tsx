"use client";

import { cn } from "@/components/ui/cn";
import { pictureUrl } from "@/lib/generations/queries";
import { useT } from "@/lib/i18n/react";
import type { InputImage } from "@/lib/playground/input";
import type { RESIZE_MODES } from "@/lib/playground/limits";

type Mode = (typeof RESIZE_MODES)[number];

/** As the service does it, both cuts and margins around the middle. */
const FIT: Record<Mode, string> = { stretch: "object-fill", crop: "object-cover", pad: "bg-white object-contain" };

interface ResizePreviewProps {
  connectionId: string;
  service: string;
  image: InputImage;
  width: number;
  height: number;
  mode: Mode;
}

/** The given picture in the size that is asked for, where it has another shape. */
export function ResizePreview({ connectionId, service, image, width, height, mode }: ResizePreviewProps) {
  const t = useT();
  // A pixel's worth of rounding is not seen.
  if (Math.abs(image.width * height - image.height * width) < Math.max(image.width, image.height)) return null;
  const alt = t("playground.resize.preview", { how: t(`playground.resize.${mode}`), width, height });
  return (
    <figure className="grid gap-1.5">
      {/* biome-ignore lint/performance/noImgElement: from our own route */}
      <img
        src={pictureUrl(connectionId, service, image.key)}
        alt={alt}
        style={{ aspectRatio: `${width} / ${height}`, height: `min(10rem, ${(19 * height) / width}rem)` }}
        className={cn("max-w-full justify-self-center rounded-sm border border-line", FIT[mode])}
      />
      <figcaption aria-hidden="true" className="text-center text-sm text-text-2 tabular-nums">
        {alt}
      </figcaption>
    </figure>
  );
}
