"use client";

import { useQuery } from "@tanstack/react-query";
import { RefreshCw, X } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { ErrorNotice } from "@/components/ui/error-notice";
import { IconButton } from "@/components/ui/icon-button";
import { useT } from "@/lib/i18n/react";
import { randomUuid } from "@/lib/random-uuid";
import { removeGolden, runGolden } from "@/lib/sheets/actions";
import { sheetQueries } from "@/lib/sheets/queries";
import type { GoldenPrompt } from "@/lib/sheets/view";
import { useSheetOrder } from "./sheets/use-sheets";
import { SmallPicture } from "./thumbnail";

interface GoldenPromptsProps {
  connectionId: string;
  service: string;
  /** Of the service now; undefined while it is not known or is being exchanged. */
  version: number | undefined;
  mayGenerate: boolean;
  /** Why nothing can be made now. */
  refusal: string | undefined;
  onOpenSheet: (id: string) => void;
}

/** Settings that tell what an update changed: drawn again with one press, and offered once the service is another. */
export function GoldenPrompts(props: GoldenPromptsProps) {
  const { connectionId, service, version, mayGenerate, refusal, onOpenSheet } = props;
  const t = useT();
  const { data = [] } = useQuery(sheetQueries.golden(connectionId, service));
  const { order, pending, error } = useSheetOrder(connectionId, service);
  if (data.length === 0) return null;
  const before = data.map((golden) => golden.version ?? 0).sort((a, b) => b - a)[0] ?? 0;
  const isUpdated = version !== undefined && before > 0 && data.some((golden) => (golden.version ?? 0) < version);

  async function run() {
    const id = randomUuid();
    if (await order(() => runGolden({ connectionId, service, id }))) onOpenSheet(id);
  }

  const button = mayGenerate ? (
    <Button
      size="sm"
      icon={<RefreshCw aria-hidden="true" />}
      loading={pending}
      disabledReason={refusal}
      onClick={() => void run()}
    >
      {t("playground.golden.run")}
    </Button>
  ) : null;
  return (
    <section aria-label={t("playground.golden.title")} className="grid min-w-0 gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="font-medium text-sm text-text-2">{t("playground.golden.title")}</h2>
        {isUpdated ? null : button}
      </div>
      {isUpdated ? (
        <Callout role="status" title={t("playground.golden.updated", { version, before })} actions={button} />
      ) : null}
      {error ? <ErrorNotice error={error} /> : null}
      <ul className="flex gap-2 overflow-x-auto p-1">
        {data.map((golden) => (
          <li key={golden.id} className="relative shrink-0">
            <Small golden={golden} />
            {mayGenerate ? (
              <IconButton
                size="sm"
                variant="secondary"
                className="absolute! top-1 right-1"
                label={t("playground.golden.remove", { prompt: golden.input.prompt })}
                icon={<X aria-hidden="true" />}
                onClick={() => void order(() => removeGolden({ connectionId, id: golden.id }))}
              />
            ) : null}
          </li>
        ))}
      </ul>
      <p className="text-sm text-text-3">{t("playground.golden.hint")}</p>
    </section>
  );
}

function Small({ golden: { picture, input } }: { golden: GoldenPrompt }) {
  if (!picture)
    return <span className="line-clamp-4 block size-20 rounded-md border border-line p-1 text-xs">{input.prompt}</span>;
  return (
    <SmallPicture
      key={picture.url}
      picture={picture}
      alt={input.prompt}
      title={input.prompt}
      className="size-20 rounded-md border border-line"
    />
  );
}
