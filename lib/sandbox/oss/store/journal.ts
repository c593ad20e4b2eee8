import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { Change } from "./records";

/**
 * The order of all changes, one JSON line each. A change counts once its line is complete; a line that a kill cut off is
 * dropped at the next start, and with it a change that nobody was told had happened. Lines are written synchronously:
 * some microseconds into the page cache, and check and change stay one step without locks. The file is not synced: it
 * outlives the process, not a power cut.
 */
export class Journal {
  readonly #path: string;
  #fd: number;
  #length = 0;

  private constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
    this.#fd = openSync(path, "a+", 0o600);
  }

  static open(path: string, apply: (change: Change) => void): { journal: Journal; lines: number } {
    const journal = new Journal(path);
    const content = readFileSync(path);
    let lines = 0;
    for (;;) {
      const end = content.indexOf(0x0a, journal.#length);
      if (end < 0) break;
      apply(JSON.parse(content.toString("utf8", journal.#length, end)) as Change);
      journal.#length = end + 1;
      lines++;
    }
    if (journal.#length < content.length) ftruncateSync(journal.#fd, journal.#length);
    return { journal, lines };
  }

  append(change: Change): void {
    const line = Buffer.from(`${JSON.stringify(change)}\n`);
    try {
      this.#write(this.#fd, line);
      this.#length += line.length;
    } catch (error) {
      // A full disk may have taken half a line; the next one must not continue it.
      ftruncateSync(this.#fd, this.#length);
      throw error;
    }
  }

  /** Replaces the whole content, e.g. by the shortest list of changes. */
  rewrite(changes: Iterable<Change>): void {
    const temporary = `${this.#path}.new`;
    const fd = openSync(temporary, "w", 0o600);
    let length = 0;
    let batch: string[] = [];
    const flush = () => {
      const bytes = Buffer.from(batch.join(""));
      this.#write(fd, bytes);
      length += bytes.length;
      batch = [];
    };
    for (const change of changes) {
      batch.push(`${JSON.stringify(change)}\n`);
      if (batch.length === 1000) flush();
    }
    flush();
    fsyncSync(fd);
    closeSync(fd);
    renameSync(temporary, this.#path);
    closeSync(this.#fd);
    this.#fd = openSync(this.#path, "a+", 0o600);
    this.#length = length;
  }

  close(): void {
    closeSync(this.#fd);
  }

  #write(fd: number, bytes: Buffer): void {
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
  }
}
