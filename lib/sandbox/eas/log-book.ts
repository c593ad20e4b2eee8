import { appendFileSync, mkdirSync, rmSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

export interface LogLine {
  at: number;
  /** The container's start that wrote it (InstanceRecord.run). */
  run: number;
  text: string;
}

/** What containers wrote, by service and instance; kept until the service is deleted. */
export interface LogBook {
  append(service: string, instance: string, line: LogLine): void;
  /** Instances that have written, with their lines in order. */
  read(service: string): ReadonlyMap<string, readonly LogLine[]>;
  /** At once: the next service of the name may write at any moment. */
  remove(service: string): void;
}

/** Enough for days of a chatty program; the oldest lines go first. */
const MAX_LINES = 100_000;

const LineSchema = z.tuple([z.number(), z.number(), z.string()]);

/** Lines lie in `<folder>/<service>/<instance>.log`, one JSON array each. */
export async function openLogBook(folder: string): Promise<LogBook> {
  const books = new Map<string, Map<string, LogLine[]>>();
  mkdirSync(folder, { recursive: true });
  for (const service of await readdir(folder)) {
    const instances = new Map<string, LogLine[]>();
    for (const file of await readdir(join(folder, service))) {
      const text = await readFile(join(folder, service, file), "utf8");
      instances.set(file.replace(/\.log$/, ""), parseLines(text));
    }
    books.set(service, instances);
  }

  const linesOf = (service: string, instance: string): LogLine[] => {
    const instances = books.get(service) ?? new Map<string, LogLine[]>();
    if (!books.has(service)) {
      books.set(service, instances);
      mkdirSync(join(folder, service), { recursive: true });
    }
    const lines = instances.get(instance) ?? [];
    instances.set(instance, lines);
    return lines;
  };

  return {
    append(service, instance, line) {
      const lines = linesOf(service, instance);
      lines.push(line);
      if (lines.length > MAX_LINES) lines.splice(0, lines.length - MAX_LINES);
      // Written at once and in order: the last words before a crash are the ones that matter.
      appendFileSync(join(folder, service, `${instance}.log`), `${JSON.stringify([line.at, line.run, line.text])}\n`);
    },
    read: (service) => books.get(service) ?? new Map(),
    remove(service) {
      books.delete(service);
      rmSync(join(folder, service), { recursive: true, force: true });
    },
  };
}

function parseLines(text: string): LogLine[] {
  return text
    .split("\n")
    .flatMap((line) => {
      const parsed = LineSchema.safeParse(tryJson(line));
      // The last line may be cut when the sandbox was killed.
      return parsed.success ? [{ at: parsed.data[0], run: parsed.data[1], text: parsed.data[2] }] : [];
    })
    .slice(-MAX_LINES);
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
