"use client";

import { ZoomIn, ZoomOut } from "lucide-react";
import { type MouseEvent, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { cn } from "@/components/ui/cn";
import { ErrorNotice } from "@/components/ui/error-notice";
import { IconButton } from "@/components/ui/icon-button";
import { useRenewal } from "@/components/ui/use-renewal";
import type { Picture, Tile } from "@/lib/gallery/view";
import { useT } from "@/lib/i18n/react";
import { serviceErrorKey } from "@/lib/playground/service-error";

interface BigPictureProps {
  picture: Picture;
  /** The link is no longer good; resolves once there is another one. */
  onExpired: () => Promise<unknown>;
  /** Absent where nothing may be made. */
  onNewSeed?: (tile: Tile) => void;
}

/** The whole picture, and on a press its pixels, twice their size where they are few. */
export function BigPicture({ picture: { tile, bucket, key, generation }, onExpired, onNewSeed }: BigPictureProps) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const [zoom, setZoom] = useState<number>();
  const { url, prompt, name } = tile;
  const { isLost, attempt, onLoad, onError } = useRenewal(url, onExpired);

  function toggle(event?: MouseEvent<HTMLImageElement>) {
    const element = box.current;
    const image = element?.querySelector("img");
    if (!element || !image) return;
    if (zoom) return setZoom(undefined);
    const shown = image.getBoundingClientRect();
    const at = event
      ? { x: (event.clientX - shown.left) / shown.width, y: (event.clientY - shown.top) / shown.height }
      : { x: 0.5, y: 0.5 };
    const factor = image.naturalWidth > shown.width * 1.2 ? 1 : Math.ceil((shown.width * 2) / image.naturalWidth);
    setZoom(factor * image.naturalWidth);
    // What was pressed comes into the middle.
    requestAnimationFrame(() => {
      element.scrollLeft = at.x * element.scrollWidth - element.clientWidth / 2;
      element.scrollTop = at.y * element.scrollHeight - element.clientHeight / 2;
    });
  }

  if (tile.status === "failed") {
    const { serviceError, error } = generation ?? {};
    return (
      <div className="grid content-center p-6">
        {error ? (
          <ErrorNotice error={error} />
        ) : (
          <Callout
            tone="bad"
            title={
              serviceError
                ? t(serviceErrorKey(serviceError), { code: serviceError.code, message: serviceError.message })
                : t("gallery.failed")
            }
          />
        )}
      </div>
    );
  }
  if (tile.isNsfw) {
    return (
      <div className="grid content-center p-6">
        <Callout
          tone="warn"
          title={t("gallery.filtered")}
          actions={
            onNewSeed && generation ? (
              <Button size="sm" onClick={() => onNewSeed(tile)}>
                {t("gallery.newSeed")}
              </Button>
            ) : undefined
          }
        >
          {t("playground.nsfw")}
        </Callout>
      </div>
    );
  }
  if (!url || isLost) {
    return (
      <div className="grid content-center p-6">
        <Callout tone="warn" title={t("playground.unreadable")}>
          <code className="break-all">{`oss://${bucket}/${key}`}</code>
        </Callout>
      </div>
    );
  }
  return (
    <>
      <div
        ref={box}
        // A region that scrolls must be reachable by the keyboard.
        tabIndex={zoom ? 0 : -1}
        data-zoomed={zoom ? "" : undefined}
        className={cn(
          "grid min-h-0 bg-bg lg:h-full",
          zoom ? "max-h-[80dvh] overflow-auto lg:max-h-none" : "place-items-center p-4",
        )}
      >
        {/* biome-ignore-start lint/performance/noImgElement: a signed address of the bucket, shown once */}
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the button beside it does the same */}
        <img
          key={attempt}
          src={url}
          alt={prompt || name}
          onClick={toggle}
          onLoad={onLoad}
          onError={onError}
          style={zoom ? { width: zoom, maxWidth: "none", imageRendering: "pixelated" } : undefined}
          className={cn(
            "bg-hover",
            zoom
              ? "cursor-zoom-out"
              : "max-h-[60dvh] max-w-full cursor-zoom-in rounded-lg object-contain lg:max-h-full",
          )}
        />
        {/* biome-ignore-end lint/performance/noImgElement: see above */}
      </div>
      <span className="absolute right-2 bottom-2">
        <IconButton
          label={t(zoom ? "gallery.zoomOut" : "gallery.zoomIn")}
          icon={zoom ? <ZoomOut aria-hidden="true" /> : <ZoomIn aria-hidden="true" />}
          variant="secondary"
          aria-pressed={zoom !== undefined}
          onClick={() => toggle()}
        />
      </span>
    </>
  );
}
