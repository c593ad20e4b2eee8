import { hereDocument, requireSecrets } from "./bash";
import { curlScript } from "./curl";
import { type ExportInput, requestOf } from "./input";
import { pythonScript } from "./python";
import { type Gap, inJson, joinPieces, splitSecrets } from "./secrets";
import { terraformFile } from "./terraform";

/** The configuration as other tools take it, ready to be pasted. Secrets come from the environment, never from here. */

export const EXPORT_KINDS = ["json", "eascmd", "python", "typescript", "terraform", "curl"] as const;
export type ExportKind = (typeof EXPORT_KINDS)[number];

export function exportConfig(kind: ExportKind, input: ExportInput): string {
  switch (kind) {
    case "json":
      return json(input);
    case "eascmd":
      return eascmd(input);
    case "python":
      return pythonScript(input);
    case "typescript":
      return typescript(input);
    case "terraform":
      return terraformFile(input);
    case "curl":
      return curlScript(input);
    default:
      return kind satisfies never;
  }
}

/** No JSON until it is filled in: a placeholder that is sent by mistake would take the secret's place. */
function json({ config }: ExportInput): string {
  return joinPieces(splitSecrets(config), {
    text: (text) => text,
    gap: (gap) =>
      `<"${gap.map((part) => (typeof part === "string" ? inJson(part) : `\${${part.variable}}`)).join("")}">`,
  });
}

/** With secrets a script of its own, which leaves no file behind that holds them. */
function eascmd({ name, config, isUpdate }: ExportInput): string {
  const split = splitSecrets(config);
  const { opening, body } = hereDocument(split);
  const line = (file: string) => (isUpdate ? `eascmd modify ${name} -s ${file}` : `eascmd create ${file}`);
  if (split.secrets.length === 0) return `cat > service.json ${opening}\n${body}\n\n${line("service.json")}\n`;
  return `#!/usr/bin/env bash
set -euo pipefail
${requireSecrets(split)}
file=$(umask 077 && mktemp)
trap 'rm -f "$file"' EXIT
cat > "$file" ${opening}
${body}

${line('"$file"')}
`;
}

/** What the script imports and reads, apart from its text: the console itself does neither. */
const RUNTIME = JSON.stringify("@alicloud/openapi-core");
const OPTIONS = JSON.stringify("@darabonba/typescript");
const env = (name: string) => ["process", "env", name].join(".");

const SECRET_READER = `/** From the environment. */
function secret(name: string): string {
  const value = process.${"env"}[name];
  if (!value) throw new Error(\`\${name} is not set.\`);
  return value;
}

`;

/** The value as JSON text. */
function termOf(gap: Gap): string {
  const parts = gap.map((part) =>
    typeof part === "string" ? JSON.stringify(part) : `secret(${JSON.stringify(part.variable)})`,
  );
  return `JSON.stringify(${parts.join(" + ")})`;
}

/** On the runtime that the official SDK is a thin layer over; the text is sent as it stands. */
function typescript(input: ExportInput): string {
  const { config, region } = input;
  const { host, protocol, action, method, path, query } = requestOf(input);
  const parameters = query.map(([key, value]) => ` query: { ${key}: ${JSON.stringify(value)} },`).join("");
  const split = splitSecrets(config);
  const secretReader = split.secrets.length === 0 ? "" : SECRET_READER;
  const service = joinPieces(split, { text: (text) => JSON.stringify(text), gap: (gap) => ` + ${termOf(gap)} + ` });
  return `// npm install @alicloud/openapi-core @darabonba/typescript
import OpenApiCore, * as openApi from ${RUNTIME};
import { RuntimeOptions } from ${OPTIONS};

${secretReader}const service = ${service};

const { Config, Params, OpenApiRequest } = openApi.$OpenApiUtil;
const Client = OpenApiCore.default ?? OpenApiCore;
const client = new Client(
  new Config({
    accessKeyId: ${env("ALIBABA_CLOUD_ACCESS_KEY_ID")},
    accessKeySecret: ${env("ALIBABA_CLOUD_ACCESS_KEY_SECRET")},
    securityToken: ${env("ALIBABA_CLOUD_SECURITY_TOKEN")},
    regionId: "${region}",
    endpoint: "${host}",
    protocol: "${protocol}",
  }),
);
const params = new Params({
  action: "${action}",
  version: "2021-07-01",
  protocol: "${protocol}",
  pathname: "${path}",
  method: "${method}",
  authType: "AK",
  style: "ROA",
  reqBodyType: "json",
  bodyType: "json",
});
const request = new OpenApiRequest({${parameters} body: service });
const reply = await client.callApi(params, request, new RuntimeOptions({ connectTimeout: 30_000, readTimeout: 30_000 }));
console.log(reply.body);
`;
}
