import { exampleParameters, INPUT_IMAGE, INPUT_MASK, takesImage, takesMask } from "./parameters";
import { REQUEST_ID_HEADER, type SnippetTarget, sinkQuery, TIMEOUT_SECONDS } from "./target";

/** For Node 20 and newer without packages: fetch is built in. */
export function typescript(target: SnippetTarget): string {
  const { url, sink, token, func } = target;
  const reads = [
    ...(takesImage(func) ? [`const image = (await readFile("${INPUT_IMAGE}")).toString("base64");`] : []),
    ...(takesMask(func) ? [`const mask = (await readFile("${INPUT_MASK}")).toString("base64");`] : []),
  ];
  return [
    ...(takesImage(func) ? [`import { readFile } from "node:fs/promises";`, ""] : []),
    `const url = ${JSON.stringify(url)};`,
    ...(sink === undefined ? [] : [`const sink = ${JSON.stringify(sink)};`]),
    `const headers = { Authorization: ${JSON.stringify(token)} };`,
    "",
    ...reads,
    ...(reads.length > 0 ? [""] : []),
    ...request(target),
    "",
    ...(sink === undefined ? sync() : throughQueue()),
    // Makes a module of it even without an import, so that `await` may stand alone.
    ...(takesImage(func) ? [] : ["", "export {};"]),
  ].join("\n");
}

function request({ func, translate }: SnippetTarget): string[] {
  const moving = { taskId: `crypto.randomUUID().replaceAll("-", "")`, image: "image", mask: "mask" };
  const lines = exampleParameters(func, translate).map(
    ({ name, value }) => `  ${name}: ${"json" in value ? value.json : moving[value.from]},`,
  );
  const text = ["const request = {", ...lines, "};"];
  if (func !== "controlnet") return [...text, "const body = JSON.stringify(request);"];
  return [
    ...text,
    "// JavaScript writes 1.0 as 1, and the service insists on a float.",
    `const body = JSON.stringify(request).replace(/("control_scale":\\d+)(?=[,}])/, "$1.0");`,
  ];
}

const POST = `  method: "POST",\n  headers: { ...headers, "Content-Type": "application/json" },\n  body,`;

function sync(): string[] {
  return [
    "const response = await fetch(url, {",
    POST,
    // Node's own limit, which fetch cannot raise.
    `  signal: AbortSignal.timeout(${TIMEOUT_SECONDS / 2}_000),`,
    "});",
    "console.log(response.status, await response.text());",
  ];
}

function throughQueue(): string[] {
  return [
    "// 1. Into the input queue. The answer is an index; the id of the request comes in a header.",
    "const put = await fetch(url, {",
    POST,
    "});",
    `if (!put.ok) throw new Error(\`\${put.status} \${await put.text()}\`);`,
    `const requestId = put.headers.get("${REQUEST_ID_HEADER}") ?? "";`,
    `console.log("request", requestId, "at index", await put.text());`,
    "",
    "// 2. Wait for its result in the output queue: 204 means not yet.",
    "let got: Response;",
    "do {",
    `  got = await fetch(\`\${sink}?requestId=\${requestId}&${sinkQuery()}\`, { headers });`,
    "} while (got.status === 204);",
    "const text = await got.text();",
    `if (!got.ok) throw new Error(\`\${got.status} \${text}\`);`,
    "const [item] = JSON.parse(text);",
    `console.log(item.tags.lastCode ?? "200", Buffer.from(item.data, "base64").toString());`,
    "",
    "// 3. Only now take it out of the queue. Its index has more digits than a number holds.",
    `const index = /"index":\\s*(\\d+)/.exec(text)?.[1];`,
    `await fetch(\`\${sink}?_indexes_=\${index}\`, { method: "DELETE", headers });`,
  ];
}
