import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { readJsonFile, writeJsonFile } from "@/lib/sandbox/core/json-file";
import { type ServiceRecord, ServiceRecordSchema } from "./records";

/** The services by name, in memory and, one file each, on disk. */
export interface ServiceStore {
  get(name: string): ServiceRecord | undefined;
  all(): ServiceRecord[];
  add(record: ServiceRecord): void;
  /** Marks the record as changed; it is written soon. */
  save(record: ServiceRecord): void;
  remove(name: string): void;
  /** Resolves once all that was changed before is on disk. */
  flush(): Promise<void>;
}

export async function openServiceStore(folder: string): Promise<ServiceStore> {
  await mkdir(folder, { recursive: true });
  const records = new Map<string, ServiceRecord>();
  for (const file of await readdir(folder)) {
    if (!file.endsWith(".json")) continue;
    const record = await readJsonFile(join(folder, file), (value) => ServiceRecordSchema.parse(value));
    if (record) records.set(record.name, record);
  }

  const dirty = new Set<string>();
  let writing: Promise<void> | undefined;

  const writeDirty = async () => {
    // One more turn lets the changes of the same moment go into one write.
    await Promise.resolve();
    for (let [name] = dirty; name !== undefined; [name] = dirty) {
      dirty.delete(name);
      const record = records.get(name);
      const path = join(folder, `${name}.json`);
      if (record) await writeJsonFile(path, record);
      else await rm(path, { force: true });
    }
  };
  const schedule = (name: string) => {
    dirty.add(name);
    writing ??= writeDirty().finally(() => {
      writing = undefined;
    });
    writing.catch((error) => console.error(`sandbox: cannot save service ${name}`, error));
  };

  return {
    get: (name) => records.get(name),
    all: () => [...records.values()],
    add(record) {
      records.set(record.name, record);
      schedule(record.name);
    },
    save(record) {
      // A late change of a deleted service must not bring its file back.
      if (records.get(record.name) === record) schedule(record.name);
    },
    remove(name) {
      records.delete(name);
      schedule(name);
    },
    async flush() {
      while (writing) await writing;
    },
  };
}
