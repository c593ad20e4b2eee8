import type pg from "pg";

/** A table of the store as a backup knows it. */
export interface TableShape {
  name: string;
  /** In their order; generated ones are computed anew. */
  columns: string[];
}

export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Every table of the store, each after those that its rows refer to. */
export async function readTables(client: pg.ClientBase): Promise<TableShape[]> {
  const { rows } = await client.query<{ name: string; columns: string[] }>(`
    SELECT table_name AS name, array_agg(column_name::text ORDER BY ordinal_position) AS columns
    FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND is_generated = 'NEVER'
    GROUP BY table_name ORDER BY table_name`);
  const references = await client.query<{ child: string; parent: string }>(`
    SELECT child.relname AS child, parent.relname AS parent FROM pg_constraint
    JOIN pg_class child ON child.oid = conrelid JOIN pg_class parent ON parent.oid = confrelid
    WHERE contype = 'f' AND conrelid <> confrelid`);
  const ordered: TableShape[] = [];
  const seen = new Set<string>();
  const visit = (name: string) => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const { child, parent } of references.rows) if (child === name) visit(parent);
    const table = rows.find((row) => row.name === name);
    if (table) ordered.push(table);
  };
  for (const { name } of rows) visit(name);
  return ordered;
}

/** Counters of the tables' numbers, which a restore has to set behind what it brought. */
export async function readSequences(client: pg.ClientBase): Promise<{ name: string; table: string; column: string }[]> {
  const { rows } = await client.query<{ name: string; table: string; column: string }>(`
    SELECT sequence.relname AS name, owner.relname AS table, attname AS column FROM pg_class sequence
    JOIN pg_depend ON objid = sequence.oid AND classid = 'pg_class'::regclass AND deptype IN ('a', 'i')
    JOIN pg_class owner ON owner.oid = refobjid
    JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
    WHERE sequence.relkind = 'S' AND owner.relnamespace = 'public'::regnamespace`);
  return rows;
}
