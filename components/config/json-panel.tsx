"use client";

import dynamic from "next/dynamic";
import { type ChangeEvent, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useT } from "@/lib/i18n/react";
import { formatDocument } from "@/lib/service-config/document";
import { useConfigEditor } from "./editor-context";
import { ProblemLine } from "./problem-line";

/** More than a hundred kB of editor, for those who ask for it. */
const JsonEditor = dynamic(() => import("./json-editor").then((module) => module.JsonEditor), {
  ssr: false,
  loading: () => <EditorLoading />,
});

function EditorLoading() {
  const t = useT();
  return <SkeletonRows rows={6} label={t("config.editor.loading")} />;
}

/** No configuration comes near this. */
const MAX_FILE_BYTES = 256 * 1024;

export function JsonPanel() {
  const t = useT();
  const { text, setText, problem } = useConfigEditor();
  const input = useRef<HTMLInputElement>(null);
  const [refusal, setRefusal] = useState<string>();

  async function read(event: ChangeEvent<HTMLInputElement>) {
    const [file] = event.target.files ?? [];
    event.target.value = "";
    if (!file) return;
    if (file.size > MAX_FILE_BYTES) return setRefusal(t("config.editor.tooLarge"));
    setRefusal(undefined);
    setText(await file.text());
  }

  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="text-sm text-text-2">{t("config.editor.escape")}</p>
        <span className="flex gap-2">
          <input
            ref={input}
            type="file"
            accept=".json,application/json,text/plain"
            aria-label={t("config.editor.import")}
            className="sr-only"
            tabIndex={-1}
            onChange={(event) => void read(event)}
          />
          <Button size="sm" onClick={() => input.current?.click()}>
            {t("config.editor.import")}
          </Button>
          <Button size="sm" disabled={problem !== undefined} onClick={() => setText(formatDocument(text))}>
            {t("config.editor.format")}
          </Button>
        </span>
      </div>
      <JsonEditor />
      <p role="status" className="min-h-5 text-bad text-sm">
        {problem ? <ProblemLine problem={problem} /> : refusal}
      </p>
    </div>
  );
}
