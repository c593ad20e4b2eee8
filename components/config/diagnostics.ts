import type { Diagnostic } from "@codemirror/lint";
import type { Translate } from "@/lib/i18n/translate";
import { rangeAt } from "@/lib/service-config/document";
import type { ConfigEditor } from "./editor-context";

/** What the editor marks at its lines; what is about no key has none. */
export function toDiagnostics(
  t: Translate,
  { document, findings, problem }: Pick<ConfigEditor, "document" | "findings" | "problem">,
  length: number,
): Diagnostic[] {
  if (problem) {
    const { code, line, column, key = "", offset } = problem;
    const at = Math.min(offset, length);
    const message = t(`config.problem.${code}`, { line: String(line), column: String(column), key });
    return [{ from: at, to: Math.min(at + 1, length), severity: "error", message }];
  }
  return findings
    .filter(({ path }) => path.length > 0)
    .map(({ level, code, params, path }) => {
      const { from, to } = rangeAt(document, path);
      const message = t.maybe(`lint.${code}.title`, params) ?? code;
      return { from: Math.min(from, length), to: Math.min(to, length), severity: level, message };
    })
    .sort((a, b) => a.from - b.from);
}
