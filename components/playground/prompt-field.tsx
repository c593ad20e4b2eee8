"use client";

import { BookMarked, History } from "lucide-react";
import type { ReactNode } from "react";
import { useFormContext } from "react-hook-form";
import { TextField } from "@/components/form/text-field";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { useT } from "@/lib/i18n/react";
import type { FormValues } from "@/lib/playground/form-values";
import { chineseFate, estimateTokens, hasChinese, TOKEN_LIMIT } from "@/lib/playground/prompt-facts";
import type { PromptHelpKind } from "./prompt-help";

interface PromptFieldProps {
  /** The service can translate. */
  translates: boolean;
  onHelp: (kind: PromptHelpKind) => void;
}

/** What to draw, with what was written before and what will become of it. */
export function PromptField({ translates, onHelp }: PromptFieldProps) {
  const t = useT();
  const { setValue, watch } = useFormContext<FormValues>();
  const [prompt, negative, func, useTranslate] = watch(["prompt", "negativePrompt", "func", "useTranslate"]);
  const fate = chineseFate(prompt, { translates, useTranslate });
  const tokens = estimateTokens(prompt, { translated: fate === "translated" });

  return (
    <div className="grid gap-2">
      <TextField name="prompt" label={t("playground.prompt")} multiline placeholder={t("playground.promptExample")} />
      <div className="flex flex-wrap items-center gap-x-1 gap-y-2">
        <Button size="sm" variant="ghost" icon={<History aria-hidden="true" />} onClick={() => onHelp("used")}>
          {t("playground.used.button")}
        </Button>
        <Button size="sm" variant="ghost" icon={<BookMarked aria-hidden="true" />} onClick={() => onHelp("styles")}>
          {t("playground.styles.button")}
        </Button>
        {prompt.trim() === "" ? null : (
          <span
            title={t("playground.help.tokensHint")}
            className={`ml-auto text-sm tabular-nums ${tokens > TOKEN_LIMIT ? "text-warn" : "text-text-3"}`}
          >
            {t("playground.help.tokens", { count: tokens, limit: TOKEN_LIMIT })}
          </span>
        )}
      </div>
      <Notes>
        {tokens > TOKEN_LIMIT ? (
          <p>{t(func === "controlnet" ? "playground.help.longControlnet" : "playground.help.longBase")}</p>
        ) : null}
        {fate === "translated" ? <p>{t("playground.help.translated")}</p> : null}
        {fate === "switched_off" ? (
          <Callout
            tone="warn"
            title={t("playground.help.switchedOff")}
            actions={
              <Button size="sm" onClick={() => setValue("useTranslate", true, { shouldDirty: true })}>
                {t("playground.help.translateNow")}
              </Button>
            }
          />
        ) : null}
        {fate === "untranslatable" ? <Callout tone="warn" title={t("playground.help.untranslatable")} /> : null}
        {hasChinese(negative) ? <Callout tone="warn" title={t("playground.help.negativeChinese")} /> : null}
      </Notes>
    </div>
  );
}

/** Told to screen readers when it changes, without taking the word from what is typed. */
function Notes({ children }: { children: ReactNode }) {
  return (
    <div role="status" className="grid gap-2 text-sm text-text-2 empty:hidden">
      {children}
    </div>
  );
}
