/** The PostgreSQL that the system has beside our own, as Debian and its kin lay it out. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const FOLDER = "/usr/lib/postgresql";

/** The folder of the newest one, and its version; undefined when there is none. */
export function findSystemPostgres() {
  if (!existsSync(FOLDER)) return undefined;
  const [version] = readdirSync(FOLDER)
    .filter(
      (name) => existsSync(join(FOLDER, name, "bin", "postgres")) && existsSync(join(FOLDER, name, "bin", "initdb")),
    )
    .sort((a, b) => Number(b) - Number(a));
  return version && { version, native: join(FOLDER, version) };
}
