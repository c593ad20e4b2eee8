/** Where one file stands, and which piece of its work is next. No I/O. */
import type { AppError, ErrorView } from "@/lib/errors";
import { inPartsOf, partRange } from "./plan";
import type { FileState, ServerPart, SignRequest, UploadItem } from "./types";

export type Task =
  | { kind: "open"; work: FileWork; run: number }
  | { kind: "part"; work: FileWork; run: number; index: number }
  | { kind: "finish"; work: FileWork; run: number };

export interface DonePart {
  etag?: string;
  crc64: string;
  sizeBytes: number;
  /** OSS's own sum of it is the same. Without it (not exposed by CORS) OSS has to be asked. */
  isProven: boolean;
}

export class FileWork {
  state: FileState = "waiting";
  error?: AppError;
  /** Why a request of it waits for another try. */
  waitsFor?: ErrorView;
  /** Of the whole file, once it was compared with OSS's. */
  crc64?: string;
  uploadId?: string;
  /** What OSS already had of this upload id, by part index. Trusted only after its CRC was compared with ours. */
  found = new Map<number, ServerPart>();
  /** Ends the requests of this file alone. */
  abort = new AbortController();
  /** Grows with every new attempt at the file: what an older one still reports is ignored. */
  run = 0;
  doneBytes = 0;
  doneCount = 0;

  private done: (DonePart | undefined)[];
  private opened = false;
  private busy: "open" | "finish" | undefined;
  private cursor = 0;
  private returned: number[] = [];

  constructor(
    readonly index: number,
    public item: UploadItem,
  ) {
    this.done = none(item);
  }

  get isOver(): boolean {
    return this.state !== "waiting" && this.state !== "uploading" && this.state !== "verifying";
  }

  take(): Task | undefined {
    if (this.isOver || this.busy) return undefined;
    if (!this.opened) {
      this.busy = "open";
      return { kind: "open", work: this, run: this.run };
    }
    const index = this.returned.pop() ?? (this.cursor < this.item.partCount ? this.cursor++ : undefined);
    if (index !== undefined) return { kind: "part", work: this, run: this.run, index };
    if (this.doneCount < this.item.partCount) return undefined;
    this.busy = "finish";
    return { kind: "finish", work: this, run: this.run };
  }

  /** Gives a task back that was interrupted. */
  giveBack(task: Task): void {
    if (task.run !== this.run) return;
    if (task.kind === "part") this.returned.push(task.index);
    else this.busy = undefined;
  }

  /** Before it is opened: the line, or an earlier visit, wants parts of another size than the plan. */
  cut(partSizeBytes: number): void {
    this.item = inPartsOf(this.item, partSizeBytes);
    this.done = none(this.item);
    this.returned = [];
    this.cursor = 0;
  }

  /** From now on its parts may be taken. */
  markOpen(): void {
    this.opened = true;
    this.busy = undefined;
  }

  finishPart(index: number, part: DonePart): void {
    if (this.done[index]) return;
    this.done[index] = part;
    this.doneCount++;
    this.doneBytes += part.sizeBytes;
  }

  /** All parts in order, once every one is done. */
  parts(): DonePart[] {
    return this.done.filter((part) => part !== undefined);
  }

  /** Makes a failed file ready for another attempt. Parts that OSS holds are kept unless `afresh`. */
  restart(afresh: boolean): void {
    this.run++;
    this.abort = new AbortController();
    this.state = "waiting";
    this.error = undefined;
    this.waitsFor = undefined;
    this.busy = undefined;
    if (afresh) {
      this.done.fill(undefined);
      this.doneBytes = 0;
      this.doneCount = 0;
      this.uploadId = undefined;
      this.found.clear();
      this.opened = false;
    }
    this.cursor = this.item.partCount;
    this.returned = [...this.done.keys()].filter((index) => this.done[index] === undefined).reverse();
  }

  signRequest(index: number): SignRequest {
    const { start, end } = partRange(this.item, index);
    const { path } = this.item;
    if (this.item.mode === "put" || this.uploadId === undefined) return { path, sizeBytes: end - start };
    return { path, sizeBytes: end - start, part: { uploadId: this.uploadId, number: index + 1 } };
  }

  /** The parts that will be taken next, if it is known how they are sent. */
  upcoming(count: number): SignRequest[] {
    if (this.isOver || (this.item.mode === "multipart" && this.uploadId === undefined)) return [];
    const ahead = Array.from({ length: Math.min(count, this.item.partCount - this.cursor) }, (_, i) => this.cursor + i);
    return [...this.returned]
      .reverse()
      .concat(ahead)
      .slice(0, count)
      .map((index) => this.signRequest(index));
  }
}

function none({ partCount }: UploadItem): (DonePart | undefined)[] {
  return new Array<DonePart | undefined>(partCount).fill(undefined);
}
