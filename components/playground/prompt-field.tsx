"use client";

import { BookMarked, History } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useFormContext } from "react-hook-form";
import { TextField } from "@/components/form/text-field";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { useT } from "@/lib/i18n/react";
import type { FormValues } from "@/lib/playground/form-values";
import { applyPiece, chineseFate, estimateTokens, hasChinese, TOKEN_LIMIT } from "@/lib/playground/prompt-facts";
import { PromptStyles } from "./prompt-styles";
import { UsedPrompts } from "./used-prompts";

interface PromptFieldProps {
  connectionId: string;
  /** The service can translate. */
  translates: boolean;
}

/** What to draw, with what was written before and what will become of it. */
export function PromptField({ connectionId, translates }: PromptFieldProps) {
  const t = useT();
  const { getValues, setFocus, setValue, watch } = useFormContext<FormValues>();
  const [opened, setOpened] = useState<"used" | "styles">();
  const [prompt, negative, func, useTranslate] = watch(["prompt", "negativePrompt", "func", "useTranslate"]);
  const fate = chineseFate(prompt, { translates, useTranslate });
  const tokens = estimateTokens(prompt, { translated: fate === "translated" });

  function write(texts: Pick<FormValues, "prompt" | "negativePrompt">) {
    setValue("prompt", texts.prompt, { shouldDirty: true, shouldValidate: true });
    setValue("negativePrompt", texts.negativePrompt, { shouldDirty: true });
    setOpened(undefined);
    setFocus("prompt");
  }

  return (
    <div className="grid gap-2">
      <TextField name="prompt" label={t("playground.prompt")} multiline placeholder={t("playground.promptExample")} />
      <div className="flex flex-wrap items-center gap-x-1 gap-y-2">
        <Button size="sm" variant="ghost" icon={<History aria-hidden="true" />} onClick={() => setOpened("used")}>
          {t("playground.used.button")}
        </Button>
        <Button size="sm" variant="ghost" icon={<BookMarked aria-hidden="true" />} onClick={() => setOpened("styles")}>
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
      {opened === "used" ? (
        <UsedPrompts connectionId={connectionId} onClose={() => setOpened(undefined)} onUse={write} />
      ) : null}
      {opened === "styles" ? (
        <PromptStyles
          texts={{ prompt, negativePrompt: negative }}
          onClose={() => setOpened(undefined)}
          onApply={(style) => {
            const before = getValues();
            write({
              prompt: applyPiece(before.prompt, style.prompt),
              negativePrompt: applyPiece(before.negativePrompt, style.negativePrompt),
            });
          }}
        />
      ) : null}
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
