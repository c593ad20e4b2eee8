import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import en from "@/lib/i18n/messages/en.json";
import { I18nProvider } from "@/lib/i18n/react";
import { createTranslate } from "@/lib/i18n/translate";
import { applyPatches } from "@/lib/service-config/document";
import { MACHINES } from "@/lib/service-config/fixtures";
import { showPath } from "@/lib/service-config/json-path";
import { CASES, FACTS, SOUND } from "@/lib/service-config/lint/cases";
import type { LintFacts, LintFinding } from "@/lib/service-config/lint/finding";
import { ConfigForm } from "./config-form";
import { toDiagnostics } from "./diagnostics";
import { type ConfigEditor, EditorContext, useEditor } from "./editor-context";
import { LintList } from "./lint-list";

/** Every finding of every rule: beside its field, at its line, and in the list of the review. */

const t = createTranslate(en, "en");

interface ScreenProps {
  text: string;
  facts: LintFacts;
  show: (editor: ConfigEditor) => void;
}

function Screen({ text, facts, show }: ScreenProps) {
  const editor = useEditor({ text, setText: () => undefined, facts });
  show(editor);
  return (
    <EditorContext value={editor}>
      <main>
        <LintList findings={editor.findings} />
      </main>
      <ConfigForm
        connectionId="test"
        machines={{ data: [...MACHINES], error: null, refetch: () => Promise.reject(new Error("not asked")) }}
        workspaces={[]}
        isUpdate={facts.runningName !== undefined}
        tab="form"
        onTab={() => undefined}
        requestSize={{ onChange: () => undefined }}
      />
    </EditorContext>
  );
}

function draw(text: string, facts: LintFacts) {
  let editor: ConfigEditor | undefined;
  const markup = renderToStaticMarkup(
    <I18nProvider locale="en" messages={en} renderedAt={0}>
      <QueryClientProvider client={new QueryClient()}>
        <Screen
          text={text}
          facts={facts}
          show={(shown) => {
            editor = shown;
          }}
        />
      </QueryClientProvider>
    </I18nProvider>,
  );
  if (!editor) throw new Error("Nothing was drawn.");
  const [, list = "", form = ""] = /<main>(.*?)<\/main>(.*)$/s.exec(markup) ?? [];
  return { editor, list: textOf(list), form: textOf(form) };
}

const textOf = (markup: string) =>
  markup
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll("&#x27;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .replaceAll(/\s+/g, " ");

const titleOf = ({ code, params }: LintFinding) => t.maybe(`lint.${code}.title`, params)?.replaceAll(/\s+/g, " ") ?? "";

describe.each(CASES)("%s: %s", (code, _, patches, _own, facts = FACTS) => {
  const { editor, list, form } = draw(applyPatches(SOUND, patches), facts);
  const found = editor.findings.filter((finding) => finding.code === code);

  it("stands in the list with its facts", () => {
    expect(found).not.toEqual([]);
    for (const finding of found) {
      const missing = [titleOf(finding), ...finding.proof].filter(
        (words) => !list.includes(words.replaceAll(/\s+/g, " ")),
      );
      expect(missing).toEqual([]);
    }
  });

  it("stands beside its field", () => {
    const missing = found.filter((finding) => finding.path.length > 0 && !form.includes(titleOf(finding)));
    expect(missing.map(({ path, flag }) => [showPath(path), flag])).toEqual([]);
  });

  it("stands at its line", () => {
    const marked = toDiagnostics(t, editor, editor.text.length).map(({ message }) => message.replaceAll(/\s+/g, " "));
    for (const finding of found.filter(({ path }) => path.length > 0)) expect(marked).toContain(titleOf(finding));
  });
});
