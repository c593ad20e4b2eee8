import { exampleParameters, INPUT_IMAGE, INPUT_MASK, jsonLines, type Parameter } from "./parameters";
import { type SnippetTarget, sinkQuery } from "./target";

/**
 * For any POSIX shell with curl, sed and base64. Bodies go in by standard input: a picture is too long for an argument.
 * `parameters`: of one request, in place of an example's.
 */
export function curl(
  target: SnippetTarget,
  parameters: readonly Parameter[] = exampleParameters(target.func, target.translate),
): string {
  const lines = body(parameters);
  return target.sink === undefined ? sync(target, lines) : async(target, target.sink, lines);
}

function sync(target: SnippetTarget, lines: string): string {
  return [
    `curl -sS -X POST ${shellQuote(target.url)} \\`,
    ...headers(target),
    "  --data-binary @- <<EOF",
    lines,
    "EOF",
  ].join("\n");
}

function async(target: SnippetTarget, sink: string, lines: string): string {
  const authorization = `-H ${shellQuote(`Authorization: ${target.token}`)}`;
  return [
    "# 1. Into the input queue. The id of the request comes in a header.",
    `request_id=$(curl -sS -D - -o /dev/null -X POST ${shellQuote(target.url)} \\`,
    ...headers(target),
    "  --data-binary @- <<EOF | tr -d '\\r' | sed -n 's/^[Xx]-[Ee]as-[Qq]ueueservice-[Rr]equest-[Ii]d: //p'",
    lines,
    "EOF",
    ")",
    `echo "request $request_id"`,
    "",
    "# 2. Wait for its result in the output queue.",
    "status=204",
    `while [ "$request_id" ] && [ "$status" = 204 ]; do`,
    `  status=$(curl -sS -o result.json -w '%{http_code}' ${authorization} \\`,
    `    ${shellQuote(sink)}"?requestId=$request_id&${sinkQuery()}")`,
    "done",
    "",
    "# 3. Read it, and only then take it out of the queue.",
    `if [ "$request_id" ] && [ "$status" = 200 ]; then`,
    `  sed -n 's/.*"data": *"\\([^"]*\\)".*/\\1/p' result.json | base64 -d && echo`,
    `  index=$(sed -n 's/.*"index": *\\([0-9]*\\).*/\\1/p' result.json)`,
    `  curl -sS -X DELETE ${authorization} ${shellQuote(sink)}"?_indexes_=$index"`,
    "else",
    `  echo "no result: status $status"`,
    "fi",
  ].join("\n");
}

function headers({ token }: SnippetTarget): string[] {
  return [`  -H ${shellQuote(`Authorization: ${token}`)} \\`, "  -H 'Content-Type: application/json' \\"];
}

function body(parameters: readonly Parameter[]): string {
  const file = (name: string) => `$(base64 < ${name} | tr -d '\\n')`;
  const moving = { taskId: "curl$(date +%s)$$", image: file(INPUT_IMAGE), mask: file(INPUT_MASK) };
  return `{\n${jsonLines(parameters, moving, heredocEscape)}\n}`;
}

/** Inside single quotes a POSIX shell reads everything literally but the quote itself. */
function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** In an unquoted here-document these three still mean something. */
function heredocEscape(text: string): string {
  return text.replace(/[\\$`]/g, "\\$&");
}
