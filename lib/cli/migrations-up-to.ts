import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { MIGRATIONS, StoreError } from "@/lib/store/migrate";

const JournalSchema = z.looseObject({ entries: z.array(z.looseObject({ when: z.number(), tag: z.string() })) });

/** Gives `use` a folder with the migrations that a store had at `newest`. Throws StoreError for one of a newer version. */
export async function migrationsUpTo(newest: number, use: (folder: string) => Promise<unknown>): Promise<void> {
  const journal = JournalSchema.parse(JSON.parse(await readFile(join(MIGRATIONS, "meta/_journal.json"), "utf8")));
  const entries = journal.entries.filter(({ when }) => when <= newest);
  if (entries.at(-1)?.when !== newest) {
    throw new StoreError("The backup was made by a newer version of Easel. Restore it with that version.");
  }
  const folder = await mkdtemp(join(tmpdir(), "easel-migrations-"));
  try {
    await mkdir(join(folder, "meta"));
    await writeFile(join(folder, "meta/_journal.json"), JSON.stringify({ ...journal, entries }));
    for (const { tag } of entries) await symlink(join(MIGRATIONS, `${tag}.sql`), join(folder, `${tag}.sql`));
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
