"use client";

import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { Modal } from "@/components/ui/modal";
import type { ErrorView } from "@/lib/errors";
import { formatPercent } from "@/lib/format";
import { pictureUrl, storePicture } from "@/lib/generations/queries";
import { useLocale, useT } from "@/lib/i18n/react";
import type { InputImage } from "@/lib/playground/input";
import { fillArea, fillBox, fillPolygon, invert, type Point, stroke } from "@/lib/playground/mask/raster";
import { maskToPng, pngToMask } from "./mask-canvas";
import { BRUSH_LIMITS, MaskNumbers, MaskTools, type Tool } from "./mask-tools";
import { useMask } from "./use-mask";

interface MaskEditorProps {
  connectionId: string;
  service: string;
  image: InputImage;
  /** Gone on with, when there is one. */
  mask: InputImage | undefined;
  onClose: () => void;
  onMask: (mask: InputImage) => void;
}

const ZOOM_LIMITS = { min: 0.25, max: 8 } as const;

/** What is to be painted anew: by brush, rectangle or lasso, by touch or pen, or with numbers. White in the result. */
export function MaskEditor({ connectionId, service, image, mask, onClose, onMask }: MaskEditorProps) {
  const t = useT();
  const locale = useLocale();
  const canvas = useRef<HTMLCanvasElement>(null);
  const work = useMask(image, canvas);
  const [tool, setTool] = useState<Tool>("brush");
  const [brush, setBrush] = useState(() => Math.max(4, Math.round(Math.min(image.width, image.height) / 20)));
  const [zoom, setZoom] = useState(1);
  const [saving, setSaving] = useState(false);
  const [problem, setProblem] = useState<ErrorView>();
  const { load } = work;
  const started = useRef(false);

  useEffect(() => {
    if (!mask || started.current) return;
    started.current = true;
    pngToMask(pictureUrl(connectionId, service, mask.key), image.width, image.height)
      .then(load)
      .catch((error: unknown) => setProblem(toView(error)));
  }, [mask, connectionId, service, image, load]);

  const zoomBy = (factor: number) =>
    setZoom((now) => Math.min(ZOOM_LIMITS.max, Math.max(ZOOM_LIMITS.min, now * factor)));
  const brushTo = (radius: number) => setBrush(Math.min(BRUSH_LIMITS.max, Math.max(BRUSH_LIMITS.min, radius)));

  function handleKey(event: KeyboardEvent) {
    if (event.target instanceof HTMLInputElement && event.target.type === "number") return;
    const key = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && key === "z") {
      event.preventDefault();
      if (event.shiftKey) work.redo();
      else work.undo();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const actions: Record<string, () => void> = {
      b: () => setTool("brush"),
      e: () => setTool("eraser"),
      r: () => setTool("rectangle"),
      l: () => setTool("lasso"),
      f: () => setTool("fill"),
      x: () => work.step(invert),
      "[": () => brushTo(brush - 4),
      "]": () => brushTo(brush + 4),
      "+": () => zoomBy(1.25),
      "-": () => zoomBy(0.8),
    };
    actions[key]?.();
  }

  async function save() {
    setSaving(true);
    setProblem(undefined);
    try {
      onMask(await storePicture(connectionId, service, await maskToPng(work.mask), true));
      onClose();
    } catch (error) {
      setProblem(toView(error));
    } finally {
      setSaving(false);
    }
  }

  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("playground.mask.title")}
      description={t("playground.mask.hint")}
      className="m-auto flex max-h-[calc(100dvh-1rem)] w-[calc(100vw-1rem)] max-w-6xl flex-col rounded-lg bg-raised text-text shadow-float backdrop:bg-scrim"
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys for those who draw; every tool has a button too */}
      <div className="grid min-h-0 gap-3 overflow-y-auto px-5 pb-4" onKeyDown={handleKey}>
        <MaskTools work={work} tool={tool} onTool={setTool} brush={brush} onBrush={brushTo} onZoom={zoomBy} />
        <Surface
          canvas={canvas}
          image={image}
          url={pictureUrl(connectionId, service, image.key)}
          zoom={zoom}
          tool={tool}
          brush={brush}
          work={work}
        />
        <MaskNumbers work={work} />
        {problem ? <ErrorNotice error={problem} /> : null}
      </div>
      <div className="flex flex-wrap items-center justify-end gap-2 border-line border-t px-5 py-3">
        <span role="status" className="mr-auto text-sm text-text-2">
          {t("playground.mask.share", { share: formatPercent(work.share, locale) })}
        </span>
        <Button onClick={onClose}>{t("common.cancel")}</Button>
        <Button
          variant="primary"
          loading={saving}
          disabledReason={work.share === 0 ? t("playground.mask.nothing") : undefined}
          onClick={() => void save()}
        >
          {t("playground.mask.save")}
        </Button>
      </div>
    </Modal>
  );
}

interface SurfaceProps {
  canvas: React.RefObject<HTMLCanvasElement | null>;
  image: InputImage;
  url: string;
  zoom: number;
  tool: Tool;
  brush: number;
  work: ReturnType<typeof useMask>;
}

/** Picture and mask one above the other. A pen's pressure thins the brush; two fingers and the wheel scroll the frame. */
function Surface({ canvas, image, url, zoom, tool, brush, work }: SurfaceProps) {
  const t = useT();
  const path = useRef<Point[]>([]);
  const [outline, setOutline] = useState<readonly Point[]>([]);

  function pointOf({ clientX, clientY, currentTarget }: PointerEvent): Point {
    const box = currentTarget.getBoundingClientRect();
    return {
      x: ((clientX - box.left) / box.width) * image.width,
      y: ((clientY - box.top) / box.height) * image.height,
    };
  }

  const radiusOf = ({ pointerType, pressure }: PointerEvent) =>
    pointerType === "pen" ? Math.max(0.5, brush * Math.min(1, 2 * pressure)) : brush;

  function handleDown(event: PointerEvent<HTMLCanvasElement>) {
    if (event.button !== 0 || !event.isPrimary) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const point = pointOf(event);
    path.current = [point];
    if (tool === "fill") return work.step((mask) => fillArea(mask, point, !event.altKey));
    if (tool === "rectangle" || tool === "lasso") return;
    work.begin();
    work.draw((mask) => stroke(mask, point, point, radiusOf(event), tool === "brush" && !event.altKey));
  }

  function handleMove(event: PointerEvent<HTMLCanvasElement>) {
    const last = path.current.at(-1);
    if (!last || tool === "fill") return;
    const point = pointOf(event);
    path.current.push(point);
    if (tool === "rectangle" || tool === "lasso") {
      const first = path.current[0] ?? point;
      setOutline(tool === "lasso" ? [...path.current] : cornersOf(first, point));
      return;
    }
    work.draw((mask) => stroke(mask, last, point, radiusOf(event), tool === "brush" && !event.altKey));
  }

  function handleUp(event: PointerEvent<HTMLCanvasElement>) {
    const points = path.current;
    const [first, last] = [points[0], points.at(-1)];
    path.current = [];
    setOutline([]);
    if (!first || !last || tool === "fill") return;
    const paints = !event.altKey;
    if (tool === "lasso") work.step((mask) => fillPolygon(mask, points, paints));
    else if (tool === "rectangle") work.step((mask) => fillBox(mask, boxOf(first, last), paints));
    else work.end();
  }

  /** The finger turns out to be the first of two that scroll. */
  function handleCancel() {
    const isDrawing = path.current.length > 0 && (tool === "brush" || tool === "eraser");
    path.current = [];
    setOutline([]);
    if (isDrawing) work.drop();
  }

  return (
    <div className="max-h-[60dvh] min-h-40 overflow-auto overscroll-contain rounded-md border border-line bg-bg">
      <div
        className="relative mx-auto"
        style={{ width: `${zoom * 100}%`, maxWidth: `calc(${(zoom * 55 * image.width) / image.height}dvh)` }}
      >
        {/* biome-ignore lint/performance/noImgElement: from our own route */}
        <img src={url} alt={t("playground.mask.pictureAlt")} draggable={false} className="block w-full select-none" />
        <canvas
          ref={canvas}
          width={image.width}
          height={image.height}
          aria-label={t("playground.mask.canvas")}
          role="img"
          onPointerDown={handleDown}
          onPointerMove={handleMove}
          onPointerUp={handleUp}
          onPointerCancel={handleCancel}
          className="absolute inset-0 size-full cursor-crosshair touch-pinch-zoom text-accent"
        />
        {outline.length > 1 ? (
          <svg
            aria-hidden="true"
            viewBox={`0 0 ${image.width} ${image.height}`}
            className="pointer-events-none absolute inset-0 size-full text-accent"
          >
            <polygon
              points={outline.map(({ x, y }) => `${x},${y}`).join(" ")}
              fill="currentColor"
              fillOpacity="0.3"
              stroke="currentColor"
              strokeWidth={Math.max(1, image.width / 400)}
            />
          </svg>
        ) : null}
      </div>
    </div>
  );
}

function boxOf(a: Point, b: Point) {
  return {
    left: Math.min(a.x, b.x),
    top: Math.min(a.y, b.y),
    right: Math.max(a.x, b.x),
    bottom: Math.max(a.y, b.y),
  };
}

function cornersOf(a: Point, b: Point): Point[] {
  return [a, { x: b.x, y: a.y }, b, { x: a.x, y: b.y }];
}
