import { type ExportInput, requestOf } from "./input";
import { joinPieces, type Secret, splitSecrets } from "./secrets";

/** Backslashes stay as they are; three quotes in a row JSON cannot have. */
const pythonText = (text: string) => `r"""${text.trim()}"""`;

/** With the official SDK. */
export function pythonScript(input: ExportInput): string {
  const { name, config, region, workspaceId, isUpdate } = input;
  const split = splitSecrets(config);
  const text = joinPieces(split, { text: (piece) => piece, gap: () => '""' });
  const lines = split.pieces.flatMap((piece) => {
    if (typeof piece === "string") return [];
    const path = piece.find((part) => typeof part !== "string")?.path ?? [];
    return [`service${path.map((part) => `[${JSON.stringify(part)}]`).join("")} = ${piece.map(termOf).join(" + ")}`];
  });
  const client = `${isUpdate ? "Update" : "Create"}ServiceRequest`;
  const call = isUpdate
    ? `response = client.update_service("${region}", "${name}", models.UpdateServiceRequest(body=service, update_type="replace"))`
    : `response = client.create_service(models.${client}(body=service${workspaceId ? `, workspace_id="${workspaceId}"` : ""}))`;
  return `# pip install alibabacloud_eas20210701
import json
import os

from alibabacloud_eas20210701 import models
from alibabacloud_eas20210701.client import Client
from alibabacloud_tea_openapi.models import Config

service = json.loads(${pythonText(text)})
${lines.map((line) => `${line}\n`).join("")}
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

/** A variable that is not there ends the script with its name. */
const termOf = (part: string | Secret) =>
  typeof part === "string" ? JSON.stringify(part) : `os.environ[${JSON.stringify(part.variable)}]`;
