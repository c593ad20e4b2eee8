import { curlScript } from "./curl";
import { type ExportInput, requestOf } from "./input";

/** The configuration as other tools take it, ready to be pasted. Secrets come from the environment, never from here. */

export const EXPORT_KINDS = ["json", "eascmd", "python", "typescript", "terraform", "curl"] as const;
export type ExportKind = (typeof EXPORT_KINDS)[number];

export function exportConfig(kind: ExportKind, input: ExportInput): string {
  switch (kind) {
    case "json":
      return input.config;
    case "eascmd":
      return eascmd(input);
    case "python":
      return python(input);
    case "typescript":
      return typescript(input);
    case "terraform":
      return terraform(input);
    case "curl":
      return curlScript(input);
    default:
      return kind satisfies never;
  }
}

/** Ends a shell's here-document; the configuration is JSON and has no line that is only this word. */
function eascmd({ name, config, isUpdate }: ExportInput): string {
  const line = isUpdate ? `eascmd modify ${name} -s service.json` : "eascmd create service.json";
  return `cat > service.json <<'SERVICE_JSON'\n${config.trim()}\nSERVICE_JSON\n\n${line}\n`;
}

/** Backslashes stay as they are; three quotes in a row JSON cannot have. */
const pythonText = (text: string) => `r"""${text.trim()}"""`;

function python(input: ExportInput): string {
  const { name, config, region, workspaceId, isUpdate } = input;
  const client = `${isUpdate ? "Update" : "Create"}ServiceRequest`;
  const call = isUpdate
    ? `response = client.update_service("${region}", "${name}", models.UpdateServiceRequest(body=json.loads(SERVICE), update_type="replace"))`
    : `response = client.create_service(models.${client}(body=json.loads(SERVICE)${workspaceId ? `, workspace_id="${workspaceId}"` : ""}))`;
  return `# pip install alibabacloud_eas20210701
import json
import os

from alibabacloud_eas20210701 import models
from alibabacloud_eas20210701.client import Client
from alibabacloud_tea_openapi.models import Config

SERVICE = ${pythonText(config)}

client = Client(
    Config(
        access_key_id=os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"],
        access_key_secret=os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
        security_token=os.environ.get("ALIBABA_CLOUD_SECURITY_TOKEN"),
        region_id="${region}",
        endpoint="${requestOf(input).host}",
    )
)
${call}
print(response.body)
`;
}

/** What the script imports and reads, apart from its text: the console itself does neither. */
const RUNTIME = JSON.stringify("@alicloud/openapi-core");
const OPTIONS = JSON.stringify("@darabonba/typescript");
const env = (name: string) => ["process", "env", name].join(".");

/** On the runtime that the official SDK is a thin layer over; the text is sent as it stands. */
function typescript(input: ExportInput): string {
  const { config, region } = input;
  const { host, protocol, action, method, path, query } = requestOf(input);
  const parameters = query.map(([key, value]) => ` query: { ${key}: ${JSON.stringify(value)} },`).join("");
  return `// npm install @alicloud/openapi-core @darabonba/typescript
import OpenApiCore, * as openApi from ${RUNTIME};
import { RuntimeOptions } from ${OPTIONS};

const service = ${JSON.stringify(config)};

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

/** The resource's name must be an identifier; in a here-document only templates have a meaning. */
function terraform({ name, config, region, workspaceId }: ExportInput): string {
  const text = config.trim().replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);
  const workspace = workspaceId ? `\n  workspace_id   = "${workspaceId}"` : "";
  return `terraform {
  required_providers {
    alicloud = {
      source  = "aliyun/alicloud"
      version = ">= 1.238.0"
    }
  }
}

provider "alicloud" {
  region = "${region}"
}

resource "alicloud_pai_service" "${name.replaceAll(/[^\w-]/g, "_")}" {${workspace}
  service_config = <<-SERVICE_JSON
${text.replace(/^/gm, "    ")}
  SERVICE_JSON
}
`;
}
