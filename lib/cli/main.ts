/**
 * The commands beside the console, bundled by the launcher: `backup FILE`, `restore FILE`, `rotate-key [NEW KEY FILE]`,
 * `doctor`. The launcher has prepared data folder and database.
 */
import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { createSecretBox, readKey, readOrMakeKey } from "@/lib/auth/secret-box";
import { type Env, parseEnv } from "@/lib/env";
import manifest from "@/package.json";
import { backUp } from "./backup";
import { examine } from "./doctor";
import { restore } from "./restore";
import { rotateKey } from "./rotate-key";

/** What a person can mend, in one line. */
class UsageError extends Error {
  override readonly name = "UsageError";
}

const [command = "", file] = process.argv.slice(2);
try {
  process.exitCode = await run(command, file);
} catch (error) {
  console.error(error instanceof Error && error.name !== "Error" ? error.message : error);
  process.exitCode = 1;
}

async function run(command: string, file: string | undefined): Promise<number> {
  const env = parseEnv(process.env);
  switch (command) {
    case "backup": {
      const path = demandFile(file);
      if (existsSync(path)) throw new UsageError(`${path} exists. Choose another name.`);
      const { tables, rows } = await backUp(demandDatabase(env), path, {
        version: manifest.version,
        at: new Date().toISOString(),
      });
      console.log(`${path}: ${rows} rows of ${tables} tables.`);
      console.log(`The key of the sealed secrets is not in it. Keep ${keyPath(env)} apart from it.`);
      return 0;
    }
    case "restore": {
      const { version, at, tables, migrations } = await restore(demandDatabase(env), demandFile(file));
      console.log(
        `Restored ${tables} tables from the backup of ${at} (Easel ${version}), ${migrations} migrations since.`,
      );
      console.log(`Secrets open again when ${keyPath(env)} is the key that they were sealed under: see doctor.`);
      return 0;
    }
    case "rotate-key":
      return rotate(env, file);
    case "doctor": {
      const findings = await examine(env, env.databaseUrl);
      for (const { level, what, says } of findings) console.log(`${level.padEnd(4)}  ${what}: ${says}`);
      return findings.some(({ level }) => level === "bad") ? 1 : 0;
    }
    default:
      throw new UsageError("npm run easel -- backup FILE | restore FILE | rotate-key [NEW KEY FILE] | doctor");
  }
}

/**
 * The new key is on disk before anything is sealed under it, and takes the old one's place after all is: whenever this is
 * cut off, running it again ends it.
 */
async function rotate(env: Env, newFile: string | undefined): Promise<number> {
  const path = keyPath(env);
  if (env.secretKeyFile && !newFile) {
    throw new UsageError(
      "EASEL_SECRET_KEY_FILE is yours: name the file with the new key, then set the variable to it.",
    );
  }
  const next = newFile ?? `${path}.next`;
  const to = createSecretBox(newFile ? readKey(newFile) : readOrMakeKey(next));
  const { sealedAnew, already, lost } = await rotateKey(demandDatabase(env), createSecretBox(readKey(path)), to);
  if (!newFile) renameSync(next, path);
  console.log(`${sealedAnew + already} secrets are sealed under the new key.`);
  if (newFile && env.secretKeyFile) console.log(`Set EASEL_SECRET_KEY_FILE=${newFile} before the next start.`);
  for (const name of lost) console.error(`Not opened by either key, left as it is: ${name}`);
  return lost.length > 0 ? 1 : 0;
}

function keyPath({ secretKeyFile, dataDir }: Env): string {
  return secretKeyFile ?? join(dataDir, "secret.key");
}

function demandFile(file: string | undefined): string {
  if (!file) throw new UsageError("Name the file.");
  return file;
}

function demandDatabase({ databaseUrl }: Env): string {
  if (!databaseUrl) throw new UsageError("There is no store yet. npm start makes one.");
  return databaseUrl;
}
