import { showPath } from "@/lib/service-config/json-path";
import { inJson, joinPieces, type Split } from "./secrets";

/** What the scripts for bash share: the configuration as a here-document, with its secrets from the environment. */

/** Ends a here-document; the configuration is JSON and has no line that is only this word. */
const END = "SERVICE_JSON";

const JSON_TEXT = `
# A text as it stands between the quotes of JSON.
json() {
  local text=$1
  text=\${text//\\\\/\\\\\\\\}
  text=\${text//\\"/\\\\\\"}
  text=\${text//$'\\n'/\\\\n}
  text=\${text//$'\\r'/\\\\r}
  text=\${text//$'\\t'/\\\\t}
  printf %s "$text"
}
`;

/** Lines that end the script, with the variable's name, where a secret is not set. */
export function requireSecrets({ secrets }: Split): string {
  if (secrets.length === 0) return "";
  const lines = secrets.flatMap(({ variable, path }) => [`# ${showPath(path)}`, `: "\${${variable}:?}"`]);
  return `${lines.join("\n")}\n${JSON_TEXT}`;
}

/** `<<…` and the lines after it. Without secrets nothing of it is expanded. */
export function hereDocument(split: Split): { opening: string; body: string } {
  const isPlain = split.secrets.length === 0;
  const escaped = (text: string) => (isPlain ? text : text.replaceAll(/[\\$`]/g, "\\$&"));
  const text = joinPieces(split, {
    text: escaped,
    gap: (gap) =>
      `"${gap.map((part) => (typeof part === "string" ? escaped(inJson(part)) : `$(json "$${part.variable}")`)).join("")}"`,
  });
  return { opening: isPlain ? `<<'${END}'` : `<<${END}`, body: `${text.trim()}\n${END}` };
}
