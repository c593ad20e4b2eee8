"use client";

import { useMutation } from "@tanstack/react-query";
import { RotateCcw, Send } from "lucide-react";
import { useId, useState } from "react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { Textarea } from "@/components/ui/textarea";
import { inConnection, postJson } from "@/lib/fetch-json";
import { formatBytes, formatDuration, formatElapsed } from "@/lib/format";
import { useLocale, useT } from "@/lib/i18n/react";
import { decodeAnswer } from "@/lib/playground/decoder";
import {
  exampleParameters,
  jsonLines,
  type SnippetFunction,
  takesImage,
  takesMask,
} from "@/lib/playground/snippets/parameters";
import { toTaskId } from "@/lib/playground/task-id";
import type { TriedCall } from "@/lib/services/tried-call";
import { Meaning } from "./call-page-decoder";
import { drawTestPicture, readPicture } from "./test-picture";
import { useServiceScope } from "./use-live";

/** Pictures stay out of the text that a person edits. */
const PLACEHOLDERS = { image: "<image>", mask: "<mask>" } as const;
/** The gateway takes no more (eas-gateway-and-queue.md §3). */
const MAX_BYTES = 1024 * 1024;

interface TryCallProps {
  func: SnippetFunction;
  translate: boolean;
  isAsync: boolean;
  refusal: string | undefined;
}

function exampleBody(func: SnippetFunction, translate: boolean): string {
  const taskId = toTaskId(crypto.getRandomValues(new Uint8Array(10)));
  return `{\n${jsonLines(exampleParameters(func, translate), { taskId, ...PLACEHOLDERS })}\n}`;
}

export function TryCall({ func, translate, isAsync, refusal }: TryCallProps) {
  const t = useT();
  const id = useId();
  const locale = useLocale();
  const { connectionId, name } = useServiceScope();
  const [body, setBody] = useState(() => exampleBody(func, translate));
  const [pictures, setPictures] = useState<Partial<Record<"image" | "mask", File>>>({});
  const [tooLarge, setTooLarge] = useState<number>();
  const kinds = [...(takesImage(func) ? (["image"] as const) : []), ...(takesMask(func) ? (["mask"] as const) : [])];

  const send = useMutation({
    mutationFn: async (): Promise<TriedCall | undefined> => {
      const text = await filledIn(body, kinds, pictures);
      const size = new Blob([text]).size;
      setTooLarge(size > MAX_BYTES ? size : undefined);
      if (size > MAX_BYTES) return undefined;
      const path = inConnection(connectionId, `/api/services/${encodeURIComponent(name)}/try`);
      return postJson<TriedCall>(path, { connectionId, body: text });
    },
  });

  return (
    <Card
      title={t("services.call.try.title")}
      description={t(isAsync ? "services.call.try.asyncDescription" : "services.call.try.description")}
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <div className="grid gap-1.5">
          <label htmlFor={id} className="font-medium">
            {t("services.call.try.body")}
          </label>
          <Textarea
            id={id}
            mono
            className="max-h-96"
            spellCheck={false}
            value={body}
            onChange={(event) => setBody(event.target.value)}
          />
        </div>
        {kinds.map((kind) => (
          <PictureRow
            key={kind}
            kind={kind}
            file={pictures[kind]}
            onFile={(file) => setPictures((known) => ({ ...known, [kind]: file }))}
          />
        ))}
        <div className="flex flex-wrap gap-2">
          <Button
            variant="primary"
            icon={<Send aria-hidden="true" />}
            loading={send.isPending}
            disabledReason={refusal}
            onClick={() => send.mutate()}
          >
            {t("services.call.try.send")}
          </Button>
          <Button
            variant="ghost"
            icon={<RotateCcw aria-hidden="true" />}
            onClick={() => setBody(exampleBody(func, translate))}
          >
            {t("services.call.try.reset")}
          </Button>
        </div>
        <div role="status" className="grid grid-cols-[minmax(0,1fr)] gap-3 empty:hidden">
          {tooLarge ? (
            <p className="text-bad">{t("services.call.try.tooLarge", { size: formatBytes(tooLarge, locale) })}</p>
          ) : null}
          {send.data ? <Answer answer={send.data} /> : null}
        </div>
        {send.error ? <ErrorNotice error={toView(send.error)} onRetry={() => send.mutate()} /> : null}
      </div>
    </Card>
  );
}

function Answer({ answer }: { answer: TriedCall }) {
  const t = useT();
  const locale = useLocale();
  const { status, elapsedMs, body, cut } = answer;
  const time = elapsedMs < 60_000 ? formatElapsed(elapsedMs, locale) : formatDuration(elapsedMs, locale);
  return (
    <>
      <p className="font-medium tabular-nums">{t("services.call.try.status", { status, time })}</p>
      <Meaning decoded={decodeAnswer(status, body)} />
      {body === "" ? (
        <p className="text-text-2">{t("services.call.try.empty")}</p>
      ) : (
        <CodeBlock code={pretty(body)} label={t("services.call.try.answer")} wrap maxHeight="24rem" />
      )}
      {cut > 0 ? <p className="text-sm text-text-2">{t("services.call.try.cut", { count: cut })}</p> : null}
    </>
  );
}

function PictureRow({
  kind,
  file,
  onFile,
}: {
  kind: "image" | "mask";
  file: File | undefined;
  onFile: (file: File | undefined) => void;
}) {
  const t = useT();
  const id = useId();
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="font-medium">
        {t(`services.call.try.${kind}`)}
      </label>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <input
          id={id}
          type="file"
          accept="image/png,image/jpeg"
          className="max-w-full text-sm"
          aria-describedby={`${id}-hint`}
          onChange={(event) => onFile(event.target.files?.[0])}
        />
      </div>
      <p id={`${id}-hint`} className="text-sm text-text-2">
        {t("services.call.try.bodyHint", { placeholder: PLACEHOLDERS[kind] })}
        {file ? null : ` ${t("services.call.try.drawn")}`}
      </p>
    </div>
  );
}

async function filledIn(
  body: string,
  kinds: readonly ("image" | "mask")[],
  pictures: Partial<Record<"image" | "mask", File>>,
): Promise<string> {
  let text = body;
  for (const kind of kinds) {
    if (!text.includes(PLACEHOLDERS[kind])) continue;
    const file = pictures[kind];
    text = text.replaceAll(PLACEHOLDERS[kind], file ? await readPicture(file) : await drawTestPicture(kind));
  }
  return text;
}

/** Seeds are strings, so reading and writing changes no digit; what is no JSON stays as it came. */
function pretty(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? JSON.stringify(value, null, 2) : text;
  } catch {
    return text;
  }
}
