"use client";

import { FolderUp } from "lucide-react";
import { type DragEvent, useEffect, useId, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { Spinner } from "@/components/ui/spinner";
import { useT } from "@/lib/i18n/react";
import { type Collected, collectChosen, collectDropped } from "./collect-files";
import { readFolders, rememberedFolders, rememberFolders } from "./folder-memory";

interface DropZoneProps {
  onFiles: (collected: Collected) => void;
  /** What belongs here, where it is not a whole model. */
  title?: string;
  /** Why nothing can be dropped now. */
  disabledReason?: string;
  className?: string;
}

/** A place for a model folder: dropped, or chosen with the two buttons, which say the same to a keyboard. */
export function DropZone({ onFiles, title, disabledReason, className }: DropZoneProps) {
  const t = useT();
  const hintId = useId();
  const folderInput = useRef<HTMLInputElement>(null);
  const filesInput = useRef<HTMLInputElement>(null);
  // Moving onto a child fires leave on the parent: only the balance tells whether the pointer is still inside.
  const depth = useRef(0);
  const [over, setOver] = useState(false);
  const [reading, setReading] = useState<number>();
  const [folders, setFolders] = useState<Awaited<ReturnType<typeof rememberedFolders>>>([]);
  useEffect(() => void rememberedFolders().then(setFolders), []);
  const inert = disabledReason !== undefined || reading !== undefined;

  function accepts(event: DragEvent): boolean {
    return !inert && event.dataTransfer.types.includes("Files");
  }

  async function handleDrop(event: DragEvent) {
    if (!event.dataTransfer.types.includes("Files")) return;
    // Otherwise the browser would open the file in place of the console.
    event.preventDefault();
    depth.current = 0;
    setOver(false);
    if (inert) return;
    setReading(0);
    void rememberFolders(event.dataTransfer);
    try {
      onFiles(await collectDropped(event.dataTransfer, { onProgress: setReading }));
    } finally {
      setReading(undefined);
    }
  }

  async function handleAgain() {
    setReading(0);
    try {
      const collected = await readFolders(folders);
      // Refused, moved or gone: it has to be dropped again.
      if (collected) onFiles(collected);
      else setFolders([]);
    } finally {
      setReading(undefined);
    }
  }

  function handleChosen(input: HTMLInputElement) {
    if (input.files && input.files.length > 0) onFiles(collectChosen(input.files));
    // The same folder may be chosen again after a change.
    input.value = "";
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra for the pointer; the buttons inside do the same
    <div
      onDragEnter={(event) => {
        if (!accepts(event)) return;
        event.preventDefault();
        depth.current += 1;
        setOver(true);
      }}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = inert ? "none" : "copy";
      }}
      onDragLeave={() => {
        depth.current = Math.max(0, depth.current - 1);
        if (depth.current === 0) setOver(false);
      }}
      onDrop={(event) => void handleDrop(event)}
      className={cn(
        "grid justify-items-center gap-3 rounded-lg border border-dashed px-6 py-8 text-center transition-colors",
        over ? "border-accent bg-accent-soft" : "border-line-strong",
        className,
      )}
    >
      {reading === undefined ? (
        <FolderUp aria-hidden="true" className="size-6 text-text-3" strokeWidth={1.5} />
      ) : (
        <Spinner />
      )}
      <div className="grid gap-1">
        <p className="font-medium">{over ? t("upload.drop.release") : (title ?? t("upload.drop.title"))}</p>
        <p id={hintId} className="text-sm text-text-2">
          {reading === undefined ? t("upload.drop.hint") : t("upload.drop.reading", { count: reading })}
        </p>
      </div>
      <div className="flex flex-wrap justify-center gap-2">
        <Button
          variant="primary"
          loading={reading !== undefined}
          disabledReason={disabledReason}
          aria-describedby={hintId}
          onClick={() => folderInput.current?.click()}
        >
          {t("upload.drop.chooseFolder")}
        </Button>
        <Button disabled={inert} onClick={() => filesInput.current?.click()}>
          {t("upload.drop.chooseFiles")}
        </Button>
        {folders.length > 0 ? (
          <Button disabled={inert} onClick={() => void handleAgain()}>
            {t("upload.drop.again", { name: folders.map(({ name }) => name).join(", ") })}
          </Button>
        ) : null}
      </div>
      <input
        ref={(input) => {
          folderInput.current = input;
          // Not among React's typed attributes.
          if (input) input.webkitdirectory = true;
        }}
        type="file"
        multiple
        hidden
        onChange={(event) => handleChosen(event.currentTarget)}
      />
      <input ref={filesInput} type="file" multiple hidden onChange={(event) => handleChosen(event.currentTarget)} />
    </div>
  );
}
