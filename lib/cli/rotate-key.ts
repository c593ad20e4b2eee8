/** Seals everything in the store anew under another key, in one transaction. */
import pg from "pg";
import { secondFactorContext } from "@/lib/auth/second-factor";
import { type SecretBox, SecretBoxError } from "@/lib/auth/secret-box";
import { connectionSeal } from "@/lib/connections/saved";
import { draftSeal } from "@/lib/drafts/seal";
import { fileSeal, importSeal } from "@/lib/imports/sealed";
import { addressContext, secretContext } from "@/lib/notifications/deliver";
import { quoted } from "./tables";

interface SealedPlace {
  table: string;
  column: string;
  /** In a JSON column: the field that holds the sealed value. */
  field?: string;
  key: readonly string[];
  /** What the value is bound to, from the values of its key. */
  context: (...key: string[]) => string;
}

/** Every place of the store where something rests sealed. */
export const SEALED_PLACES: readonly SealedPlace[] = [
  { table: "connections", column: "sealed", key: ["id"], context: (id = "") => connectionSeal(id) },
  { table: "webhooks", column: "url", key: ["id"], context: (id = "") => addressContext(id) },
  { table: "webhooks", column: "sealed_secret", key: ["id"], context: (id = "") => secretContext(id) },
  { table: "second_factors", column: "sealed_secret", key: ["user_id"], context: (id = "") => secondFactorContext(id) },
  { table: "drafts", column: "data", field: "sealedConfig", key: ["id"], context: (id = "") => draftSeal(id) },
  { table: "imports", column: "source", field: "sealed", key: ["id"], context: (id = "") => importSeal(id) },
  {
    table: "import_files",
    column: "source",
    field: "sealed",
    key: ["import_id", "path"],
    context: (id = "", path = "") => fileSeal(id, path),
  },
];

export interface RotationReport {
  sealedAnew: number;
  /** Were under the new key already: an earlier rotation was interrupted. */
  already: number;
  /** Open under neither key; left as they are. */
  lost: string[];
}

/** Safe to run again after it was interrupted: what is under the new key already stays. */
export async function rotateKey(url: string, from: SecretBox, to: SecretBox): Promise<RotationReport> {
  const client = new pg.Client({ connectionString: url, application_name: "easel rotate-key" });
  await client.connect();
  const report: RotationReport = { sealedAnew: 0, already: 0, lost: [] };
  try {
    await client.query("BEGIN");
    for (const place of SEALED_PLACES) await rotatePlace(client, place, from, to, report);
    await client.query("COMMIT");
    return report;
  } finally {
    await client.end();
  }
}

async function rotatePlace(
  client: pg.ClientBase,
  place: SealedPlace,
  from: SecretBox,
  to: SecretBox,
  report: RotationReport,
): Promise<void> {
  const { table, column, field, context } = place;
  const set = field ? `jsonb_set(${quoted(column)}, '{${field}}', to_jsonb($1::text))` : "$1";
  const where = place.key.map((name, at) => `${quoted(name)}::text = $${at + 2}`).join(" AND ");
  for (const { key, value } of await readPlace(client, place)) {
    const bound = context(...key);
    const text = open(from, value, bound);
    if (text !== undefined) {
      const sql = `UPDATE ${quoted(table)} SET ${quoted(column)} = ${set} WHERE ${where}`;
      await client.query(sql, [to.seal(text, bound), ...key]);
      report.sealedAnew += 1;
    } else if (open(to, value, bound) === undefined) report.lost.push(nameOf(place, key));
    else report.already += 1;
  }
}

const nameOf = ({ table }: SealedPlace, key: readonly string[]) => `${table} ${key.join(" ")}`;

async function readPlace(
  client: pg.ClientBase,
  { table, column, field, key }: SealedPlace,
): Promise<{ key: string[]; value: string }[]> {
  const value = field ? `${quoted(column)}->>'${field}'` : quoted(column);
  const names = key.map((name) => `${quoted(name)}::text`).join(", ");
  const { rows } = await client.query<{ key: string[]; value: string }>(
    `SELECT ARRAY[${names}] AS key, ${value} AS value FROM ${quoted(table)} WHERE ${value} IS NOT NULL`,
  );
  return rows;
}

/** How many sealed values open with a key, and which do not. */
export async function countSealed(client: pg.ClientBase, box: SecretBox): Promise<{ opened: number; lost: string[] }> {
  const lost: string[] = [];
  let opened = 0;
  for (const place of SEALED_PLACES) {
    for (const { key, value } of await readPlace(client, place)) {
      if (open(box, value, place.context(...key)) === undefined) lost.push(nameOf(place, key));
      else opened += 1;
    }
  }
  return { opened, lost };
}

function open(box: SecretBox, sealed: string, context: string): string | undefined {
  try {
    return box.open(sealed, context);
  } catch (error) {
    if (error instanceof SecretBoxError) return undefined;
    throw error;
  }
}
