import type { AuditView } from "./list";

export const AUDIT_FORMATS = { csv: "text/csv; charset=utf-8", jsonl: "application/jsonl" } as const;
export type AuditFormat = keyof typeof AUDIT_FORMATS;

const COLUMNS = ["id", "at", "userName", "action", "target", "connectionId", "address", "details"] as const;

/** The entries as lines of a file, as they come. */
export async function* auditLines(entries: AsyncIterable<AuditView>, format: AuditFormat): AsyncGenerator<string> {
  // Spreadsheets read UTF-8 with certainty only behind this mark.
  if (format === "csv") yield `\uFEFF${COLUMNS.join(",")}\r\n`;
  for await (const entry of entries) {
    yield format === "jsonl"
      ? `${JSON.stringify(entry)}\n`
      : `${COLUMNS.map((column) => csvCell(entry[column])).join(",")}\r\n`;
  }
}

/** What begins like a formula would be run by a spreadsheet: a quote before it makes it text. */
export function csvCell(value: unknown): string {
  const text = value === null || value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
  const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
