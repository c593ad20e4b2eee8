"use client";

import { useId, useState } from "react";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { HelpLink } from "@/components/ui/help-link";
import { Textarea } from "@/components/ui/textarea";
import { help } from "@/lib/guides/help";
import { useT } from "@/lib/i18n/react";
import { type Decoded, decodePasted } from "@/lib/playground/decoder";

/** Explains what a person pastes, as they type. */
export function CallDecoder() {
  const t = useT();
  const id = useId();
  const [text, setText] = useState("");
  const decoded = decodePasted(text);
  return (
    <Card title={t("services.call.decoder.title")} description={t("services.call.decoder.description")}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
        <label htmlFor={id} className="sr-only">
          {t("services.call.decoder.label")}
        </label>
        <Textarea
          id={id}
          mono
          className="max-h-60"
          spellCheck={false}
          placeholder="HTTP/1.1 503 Service Unavailable"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <div role="status">{decoded ? <Meaning decoded={decoded} /> : null}</div>
      </div>
    </Card>
  );
}

const GOOD = new Set<Decoded["id"]>(["picture", "queued", "queue_empty"]);

/** What it is, what to do, and which words it was read from. */
export function Meaning({ decoded }: { decoded: Decoded }) {
  const t = useT();
  const { id, status, message, taskId, requestId } = decoded;
  const facts = [
    status === undefined ? undefined : t("services.call.decoder.status", { status }),
    taskId && t("services.call.decoder.task", { task: taskId }),
    requestId && t("services.call.decoder.request", { request: requestId }),
  ].filter((fact): fact is string => Boolean(fact));
  return (
    <Callout tone={GOOD.has(id) ? "ok" : id === "unknown" ? "info" : "warn"} title={t(`decoder.${id}.meaning`)}>
      <p>
        {t(`decoder.${id}.advice`)} <HelpLink href={help.answer(id)} about={t(`decoder.${id}.meaning`)} />
      </p>
      {facts.length > 0 || message !== "" ? (
        <p className="mt-1 font-mono text-sm">
          {facts.join(" · ")}
          {facts.length > 0 && message !== "" ? <br /> : null}
          {id === "picture" ? null : message}
        </p>
      ) : null}
    </Callout>
  );
}
