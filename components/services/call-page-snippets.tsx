"use client";

import { useId, useState } from "react";
import { Card } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { Select } from "@/components/ui/select";
import { Tabs } from "@/components/ui/tabs";
import { useT } from "@/lib/i18n/react";
import {
  INPUT_IMAGE,
  INPUT_MASK,
  type SnippetFunction,
  takesImage,
  takesMask,
} from "@/lib/playground/snippets/parameters";
import { languagesOf, type SnippetLanguage, snippet } from "@/lib/playground/snippets/snippets";
import type { CallInformation, Way } from "@/lib/services/call-information";
import { MASK, type Token } from "./call-page-token";

interface CallSnippetsProps {
  call: CallInformation;
  way: Way;
  functions: readonly SnippetFunction[];
  func: SnippetFunction;
  onFunc: (func: SnippetFunction) => void;
  token: Token;
  denied: string | undefined;
}

/** The same request in each language, to be pasted as it is. */
export function CallSnippets({ call, way, functions, func, onFunc, token, denied }: CallSnippetsProps) {
  const t = useT();
  const id = useId();
  const languages = languagesOf(call);
  const [language, setLanguage] = useState<SnippetLanguage>("curl");
  const translate = call.diffusers?.translate ?? false;
  const code = (one: SnippetLanguage, secret: string) =>
    snippet(one, { url: way.url, sink: way.sink, token: secret, func, translate });
  const files = [...(takesImage(func) ? [INPUT_IMAGE] : []), ...(takesMask(func) ? [INPUT_MASK] : [])].join(", ");

  return (
    <Card
      title={t("services.call.snippets")}
      description={t(denied ? "services.call.snippetsHintDenied" : "services.call.snippetsHint")}
      actions={
        functions.length > 1 ? (
          <div className="flex items-center gap-2">
            <label htmlFor={id} className="text-sm text-text-2">
              {t("services.call.function")}
            </label>
            <Select
              id={id}
              className="w-44"
              value={func}
              onChange={(event) => onFunc(functions.find((one) => one === event.target.value) ?? func)}
            >
              {functions.map((one) => (
                <option key={one} value={one}>
                  {t(`services.call.functions.${one}`)}
                </option>
              ))}
            </Select>
          </div>
        ) : null
      }
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
        {call.diffusers ? null : <p className="text-sm text-warn">{t("services.call.notDiffusers")}</p>}
        <Tabs
          label={t("services.call.language")}
          value={language}
          onChange={(next) => setLanguage(languages.find((one) => one === next) ?? "curl")}
          tabs={languages.map((one) => ({
            id: one,
            label: t(`services.call.${one}`),
            content: (
              <CodeBlock
                code={code(one, token.value ?? MASK)}
                label={t(`services.call.${one}`)}
                copyText={denied ? undefined : async () => code(one, await token.fetch())}
                maxHeight="26rem"
              />
            ),
          }))}
        />
        {files === "" ? null : <p className="text-sm text-text-2">{t("services.call.files", { files })}</p>}
      </div>
    </Card>
  );
}
