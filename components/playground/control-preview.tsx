"use client";

import { useEffect, useRef, useState } from "react";
import { pictureUrl } from "@/lib/generations/queries";
import { useT } from "@/lib/i18n/react";
import { controlMap, type PreviewedKind } from "@/lib/playground/control-map";
import type { InputImage } from "@/lib/playground/input";
import type { RESIZE_MODES } from "@/lib/playground/limits";
import type { Pixels } from "@/lib/playground/outpaint";

/** Large enough to judge lines by, small enough to be there while one types. */
const SIDE = 640;

interface ControlPreviewProps {
  connectionId: string;
  service: string;
  image: InputImage;
  kind: PreviewedKind;
  width: number;
  height: number;
  resizeMode: (typeof RESIZE_MODES)[number];
}

/** About what the service will draw along. */
export function ControlPreview({ connectionId, service, image, kind, width, height, resizeMode }: ControlPreviewProps) {
  const t = useT();
  const canvas = useRef<HTMLCanvasElement>(null);
  const pixels = useFitted(pictureUrl(connectionId, service, image.key), width, height, resizeMode);

  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!pixels || !canvas.current || !context) return;
    const map = controlMap(pixels, kind);
    canvas.current.width = map.width;
    canvas.current.height = map.height;
    context.putImageData(new ImageData(map.data, map.width, map.height), 0, 0);
  }, [pixels, kind]);

  return (
    <figure className="grid gap-1.5">
      <canvas
        ref={canvas}
        role="img"
        aria-label={t("playground.control.previewOf", { kind: t(`playground.control.kinds.${kind}`) })}
        className="block max-h-64 max-w-full justify-self-center rounded-md border border-line bg-bg"
      />
      <figcaption className="text-sm text-text-2">{t("playground.control.preview")}</figcaption>
    </figure>
  );
}

/** The picture in the shape that is asked for, as the service fits it, but no larger than the preview. */
function useFitted(
  url: string,
  width: number,
  height: number,
  mode: ControlPreviewProps["resizeMode"],
): Pixels | undefined {
  const [pixels, setPixels] = useState<Pixels>();
  useEffect(() => {
    let left = false;
    async function load() {
      const bitmap = await createImageBitmap(await (await fetch(url)).blob());
      if (!left) setPixels(fitted(bitmap, width, height, mode));
      bitmap.close();
    }
    // The field beside it says what is wrong with the picture.
    load().catch(() => undefined);
    return () => {
      left = true;
    };
  }, [url, width, height, mode]);
  return pixels;
}

function fitted(bitmap: ImageBitmap, width: number, height: number, mode: ControlPreviewProps["resizeMode"]) {
  const scale = Math.min(1, SIDE / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return undefined;
  const [across, down] = [canvas.width / bitmap.width, canvas.height / bitmap.height];
  const fit = mode === "crop" ? Math.max(across, down) : Math.min(across, down);
  const [w, h] = mode === "stretch" ? [canvas.width, canvas.height] : [bitmap.width * fit, bitmap.height * fit];
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, (canvas.width - w) / 2, (canvas.height - h) / 2, w, h);
  return context.getImageData(0, 0, canvas.width, canvas.height) as Pixels;
}
