import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { Change } from "./changes";

/**
 * All changes of one queue in their order, one JSON line each. A change counts once its line is complete; a line that a
 * kill cut off is dropped at the next start, and with it a put that nobody was told had happened. Lines are written
 * synchronously and not synced: they outlive the process, not a power cut.
 */
export class QueueJournal {
  readonly #path: string;
  #fd: number;
  #bytes = 0;

  private constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
    this.#fd = openSync(path, "a+", 0o600);
  }

  static open(path: string, apply: (change: Change) => void): QueueJournal {
    const journal = new QueueJournal(path);
    const content = readFileSync(path);
    for (;;) {
      const end = content.indexOf(0x0a, journal.#bytes);
      if (end < 0) break;
      // Our own lines: nobody else writes here.
      apply(JSON.parse(content.toString("utf8", journal.#bytes, end)) as Change);
      journal.#bytes = end + 1;
    }
    if (journal.#bytes < content.length) ftruncateSync(journal.#fd, journal.#bytes);
    return journal;
  }

  get bytes(): number {
    return this.#bytes;
  }

  append(change: Change): void {
    const line = Buffer.from(`${JSON.stringify(change)}\n`);
    try {
      writeAll(this.#fd, line);
      this.#bytes += line.length;
    } catch (error) {
      // A full disk may have taken half a line; the next one must not continue it.
      ftruncateSync(this.#fd, this.#bytes);
      throw error;
    }
  }

  /** Replaces the content by the shortest list of changes that leads to the same queue. */
  rewrite(changes: Iterable<Change>): void {
    const temporary = `${this.#path}.new`;
    const fd = openSync(temporary, "w", 0o600);
    let length = 0;
    for (const change of changes) {
      const line = Buffer.from(`${JSON.stringify(change)}\n`);
      writeAll(fd, line);
      length += line.length;
    }
    fsyncSync(fd);
    closeSync(fd);
    renameSync(temporary, this.#path);
    closeSync(this.#fd);
    this.#fd = openSync(this.#path, "a+", 0o600);
    this.#bytes = length;
  }

  close(): void {
    closeSync(this.#fd);
  }
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
}
