"use client";

import { FileSearch } from "lucide-react";
import dynamic from "next/dynamic";
import { useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { useFileDrop } from "@/components/upload/use-file-drop";
import { useT } from "@/lib/i18n/react";

const DropOverlay = dynamic(() => import("@/components/upload/drop-overlay").then((module) => module.DropOverlay), {
  ssr: false,
});

/** The rules for settings come with the first file. */
const SettingsDialog = dynamic(() => import("./settings-dialog").then((module) => module.SettingsDialog), {
  ssr: false,
});

const isPicture = (file: File) => file.type.startsWith("image/");

/** A picture that is dropped anywhere on the page, or chosen, tells its settings. */
export function DropSettings({ connectionId, onOpen }: { connectionId: string; onOpen: (taskId: string) => void }) {
  const t = useT();
  const input = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File>();
  const isOver = useFileDrop((files) => setFile(files.find(isPicture)));
  return (
    <>
      <Button icon={<FileSearch aria-hidden="true" />} onClick={() => input.current?.click()}>
        {t("gallery.drop.button")}
      </Button>
      <input
        ref={input}
        type="file"
        accept="image/*"
        hidden
        aria-label={t("gallery.drop.button")}
        onChange={(event) => {
          setFile(event.currentTarget.files?.[0]);
          event.currentTarget.value = "";
        }}
      />
      {isOver ? <DropOverlay text={t("gallery.drop.here")} /> : null}
      {file ? (
        <SettingsDialog
          connectionId={connectionId}
          file={file}
          onOpen={(taskId) => {
            setFile(undefined);
            onOpen(taskId);
          }}
          onClose={() => setFile(undefined)}
        />
      ) : null}
    </>
  );
}
