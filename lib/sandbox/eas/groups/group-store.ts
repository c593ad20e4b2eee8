import { join } from "node:path";
import { z } from "zod";
import { readJsonFile, writeJsonFile } from "@/lib/sandbox/core/json-file";
import { type GroupRecord, GroupRecordSchema } from "./records";

/** The groups by name, in memory and in one file: there are few. */
export interface GroupStore {
  get(name: string): GroupRecord | undefined;
  all(): GroupRecord[];
  /** Adds or replaces. */
  put(record: GroupRecord): void;
  remove(name: string): void;
  /** Resolves once all that was changed before is on disk. */
  flush(): Promise<void>;
}

export async function openGroupStore(folder: string): Promise<GroupStore> {
  const path = join(folder, "groups.json");
  const stored = await readJsonFile(path, (value) => z.array(GroupRecordSchema).parse(value));
  const records = new Map((stored ?? []).map((record) => [record.name, record]));
  let writing = Promise.resolve();
  const write = () => {
    // One after the other, each with what is true when its turn comes.
    writing = writing
      .then(() => writeJsonFile(path, [...records.values()]))
      .catch((error) => console.error("sandbox: cannot save groups", error));
  };
  return {
    get: (name) => records.get(name),
    all: () => [...records.values()],
    put(record) {
      records.set(record.name, record);
      write();
    },
    remove(name) {
      records.delete(name);
      write();
    },
    flush: () => writing,
  };
}
