import { showPath } from "@/lib/service-config/json-path";
import type { ExportInput } from "./input";
import { type Gap, inJson, joinPieces, type Secret, splitSecrets } from "./secrets";

/** In a here-document only templates have a meaning. */
const plain = (text: string) => text.replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);

/** As Terraform's language writes a text: JSON's escapes, but for two that it does not know. */
const quoted = (text: string) => plain(inQuotes(text));
const inQuotes = (text: string) =>
  inJson(text).replaceAll(
    /(?<!\\)((?:\\\\)*)\\([bf])/g,
    (_, before, letter) => `${before}\\u${letter === "b" ? "0008" : "000c"}`,
  );

const variableOf = ({ variable }: Secret) => variable.toLowerCase();

/** Secrets are variables: asked for, or taken from TF_VAR_…, and never shown in a plan. */
function variable(secret: Secret): string {
  return `variable "${variableOf(secret)}" {
  description = "${quoted(showPath(secret.path))}"
  type        = string
  sensitive   = true
}

`;
}

function gapOf(gap: Gap): string {
  const [first, ...rest] = gap;
  if (typeof first === "object" && rest.length === 0) return `\${jsonencode(var.${variableOf(first)})}`;
  const parts = gap.map((part) => (typeof part === "string" ? quoted(part) : `\${var.${variableOf(part)}}`));
  return `\${jsonencode("${parts.join("")}")}`;
}

/** The resource's name must be an identifier. */
export function terraformFile({ name, config, region, workspaceId }: ExportInput): string {
  const split = splitSecrets(config);
  const text = joinPieces(split, { text: plain, gap: gapOf }).trim();
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

${split.secrets.map(variable).join("")}resource "alicloud_pai_service" "${name.replaceAll(/[^\w-]/g, "_")}" {${workspace}
  service_config = <<-SERVICE_JSON
${text.replace(/^/gm, "    ")}
  SERVICE_JSON
}
`;
}
