/**
 * The uploader: a few lanes take tasks (open a file, send a part, finish a file) from all files together until none is
 * left. Bytes go from the Blob to OSS as they are; each part's CRC-64 is computed beside it and compared with what OSS
 * answers, and the combined value with what OSS says of the whole object. Pausing ends the lanes and keeps the tasks;
 * a failed file keeps its multipart upload; only cancelling aborts it.
 */
import { AppError } from "@/lib/errors";
import { isExpiredSignature } from "../errors";
import { combineCrc64 } from "./crc";
import { FileWork, type Task } from "./file-work";
import { FormBook } from "./form-book";
import { openFile } from "./open-file";
import { FORM_MAX_BYTES, partRange } from "./plan";
import { isPostable } from "./post-form";
import { corrupted, fromLocal, patiently } from "./retry";
import { Tally } from "./tally";
import type {
  ArrivedFile,
  FileProgress,
  PutAnswer,
  SignRequest,
  StoredFile,
  UploadBody,
  UploadEvent,
  UploadPlan,
  UploadProgress,
  UploadState,
  UploadTransport,
} from "./types";
import type { Upload, UploadOptions, UploadParts } from "./upload";
import { UrlBook } from "./url-book";

/** What a browser opens to one host over HTTP/1.1; more would only queue. */
const LANES = 6;

export function createUpload(plan: UploadPlan, parts: UploadParts, options: UploadOptions = {}): Upload {
  return new Engine(plan, parts, options);
}

class Engine implements Upload {
  private readonly works: FileWork[];
  private readonly tally: Tally;
  private readonly urls: UrlBook;
  /** Undefined once OSS has refused a form, or where there are none. */
  private forms: FormBook | undefined;
  private readonly listeners = new Set<(event: UploadEvent) => void>();
  /** Files whose first task was taken and that are not over. */
  private active: FileWork[] = [];
  private cursor = 0;
  private running = 0;
  private wakers: (() => void)[] = [];
  private controller = new AbortController();
  private lanes: Promise<void> = Promise.resolve();
  private sizes: ReadonlyMap<string, number> | undefined;
  private openUploads: ReadonlyMap<string, string> = new Map();

  constructor(
    plan: UploadPlan,
    private readonly parts: UploadParts,
    private readonly options: UploadOptions,
  ) {
    this.works = plan.items.map((item, index) => new FileWork(index, item));
    this.tally = new Tally(plan, parts.clock, (event) => this.emit(event));
    const sign: UploadTransport["sign"] = (requests, signal) =>
      this.patiently(() => parts.transport.sign(requests, signal), signal);
    this.urls = new UrlBook(sign, parts.clock, (count) => this.upcoming(count));
    const signForm = parts.transport.signForm?.bind(parts.transport);
    if (signForm) {
      this.forms = new FormBook((signal) => this.patiently(() => signForm(signal), signal), parts.clock);
    }
  }

  start(): void {
    if (this.tally.state === "idle") this.run();
  }

  pause(): void {
    if (this.tally.state !== "running") return;
    this.tally.setState("paused");
    this.controller.abort(new AppError("cancelled"));
  }

  resume(): void {
    if (this.tally.state === "paused") this.run();
  }

  async cancel(): Promise<void> {
    if (this.tally.state === "finished" || this.tally.state === "cancelled") return;
    this.tally.setState("cancelled");
    this.controller.abort(new AppError("cancelled"));
    await this.lanes;
    const open = this.works.filter((work) => work.uploadId !== undefined && !isStored(work));
    for (const work of this.works) if (!work.isOver) this.setFile(work, "cancelled");
    for (const { item, uploadId } of open) {
      // Best effort: what stays behind is an unfinished upload that the bucket's lifecycle may clear.
      if (uploadId) await this.parts.transport.abort(item.path, uploadId).catch(() => undefined);
      await this.parts.checkpoints?.remove(item.path);
    }
  }

  retry(path?: string): void {
    if (this.tally.state === "cancelled") return;
    const again = this.works.filter(
      ({ state, item }) => (!path || item.path === path) && (state === "failed" || (path && state === "left_out")),
    );
    // An upload id that OSS no longer knows, or parts that do not add up, are of no further use.
    this.again(again, ({ error }) => error?.vendor?.code === "NoSuchUpload" || error?.params.reason === "corrupted");
  }

  resend(paths: readonly string[]): void {
    if (this.tally.state === "cancelled") return;
    const wanted = new Set(paths);
    this.again(
      this.works.filter((work) => isStored(work) && wanted.has(work.item.path)),
      () => true,
    );
  }

  private again(works: readonly FileWork[], isAfresh: (work: FileWork) => boolean): void {
    if (works.length === 0) return;
    for (const work of works) {
      const before = work.state;
      work.restart(isAfresh(work));
      this.tally.fileChanged(work, before);
      this.active.push(work);
    }
    if (this.tally.state === "finished") this.run();
    else this.wake();
  }

  async leaveOut(path: string): Promise<void> {
    const work = this.works.find(({ item }) => item.path === path);
    if (!work || isStored(work) || work.state === "left_out" || work.state === "cancelled") return;
    const { state, uploadId } = work;
    work.abort.abort(new AppError("cancelled"));
    work.restart(true);
    work.state = "left_out";
    this.tally.fileChanged(work, state);
    this.wake();
    if (uploadId) await this.parts.transport.abort(path, uploadId).catch(() => undefined);
    await this.parts.checkpoints?.remove(path);
  }

  arrived(): ArrivedFile[] {
    return this.works
      .filter(isStored)
      .map(({ item, crc64 }) => ({ path: item.path, sizeBytes: item.sizeBytes, crc64 }));
  }

  progress(): UploadProgress {
    return this.tally.progress();
  }

  files(): readonly FileProgress[] {
    return this.tally.files();
  }

  subscribe(listener: (event: UploadEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  settled(): Promise<UploadProgress> {
    return new Promise((resolve) => {
      const settle = (state: UploadState) => {
        if (state !== "finished" && state !== "cancelled") return;
        stop();
        resolve(this.progress());
      };
      const stop = this.subscribe((event) => event.type === "state" && settle(event.state));
      settle(this.tally.state);
    });
  }

  private run(): void {
    const controller = new AbortController();
    this.controller = controller;
    const { signal } = controller;
    this.tally.setState("running");
    // Lanes of an earlier run end first, so that there are never more than allowed.
    this.lanes = this.lanes.then(async () => {
      if (signal.aborted) return;
      await this.listExisting(signal);
      await Promise.all(Array.from({ length: this.options.lanes ?? LANES }, () => this.lane(signal)));
      if (!signal.aborted) this.tally.setState("finished");
    });
  }

  private async listExisting(signal: AbortSignal): Promise<void> {
    if (!this.options.skipExisting || this.sizes) return;
    const { transport } = this.parts;
    // Without a listing everything is uploaded; a deeper fault shows with the first file.
    const sizes = this.patiently(() => transport.listSizes(signal), signal).catch(() => undefined);
    // Not everybody may list what is half-done: then only this browser's own memory helps.
    const hasLarge = this.works.some(({ item }) => item.mode === "multipart");
    const open = hasLarge ? transport.listOpen?.(signal).catch(() => undefined) : undefined;
    this.sizes = await sizes;
    this.openUploads = (await open) ?? this.openUploads;
  }

  private async lane(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const task = this.next();
      if (task) {
        this.running++;
        await this.perform(task, signal);
        this.running--;
        this.wake();
      } else if (this.running > 0) {
        await new Promise<void>((resolve) => this.wakers.push(resolve));
      } else {
        return;
      }
    }
  }

  private wake(): void {
    const wakers = this.wakers;
    this.wakers = [];
    for (const resolve of wakers) resolve();
  }

  private next(): Task | undefined {
    this.active = this.active.filter((work) => !work.isOver);
    for (const work of this.active) {
      const task = work.take();
      if (task) return task;
    }
    while (this.works[this.cursor]?.isOver) this.cursor++;
    const work = this.works[this.cursor];
    if (!work) return undefined;
    this.cursor++;
    this.active.push(work);
    // A whole file that is not there yet needs no preparation.
    if (work.item.mode === "put" && !this.mayExist(work)) work.markOpen();
    return work.take();
  }

  private mayExist(work: FileWork): boolean {
    return this.sizes?.get(work.item.path) === work.item.sizeBytes;
  }

  private upcoming(count: number) {
    const found = this.active.flatMap((work) => (this.goesByForm(work) ? [] : work.upcoming(count)));
    for (let index = this.cursor; found.length < count && index < this.works.length; index++) {
      const work = this.works[index];
      if (work?.item.mode === "put" && !work.isOver && !this.mayExist(work) && !this.goesByForm(work))
        found.push(work.signRequest(0));
      // Looking far beyond large files would cost more than it saves.
      if (index - this.cursor > count) break;
    }
    return found.slice(0, count);
  }

  /** Never rejects: a failure belongs to its file. */
  private async perform(task: Task, runSignal: AbortSignal): Promise<void> {
    const { work } = task;
    const signal = AbortSignal.any([runSignal, work.abort.signal]);
    try {
      if (task.kind === "open") await this.open(work, signal);
      else if (task.kind === "part") await this.send(work, task.index, task.run, signal);
      else await this.finish(work, signal);
    } catch (error) {
      if (task.run !== work.run || work.isOver) return;
      if (signal.aborted) return work.giveBack(task);
      work.abort.abort(new AppError("cancelled"));
      work.error = fromLocal(error, work.item.path);
      this.setFile(work, "failed");
    }
  }

  private async open(work: FileWork, signal: AbortSignal): Promise<void> {
    const patiently = <T>(attempt: () => Promise<T>) => this.patiently(attempt, signal, work);
    this.setFile(work, "uploading");
    const openUploadId = this.openUploads.get(work.item.path);
    const hints = { mayExist: this.mayExist(work), openUploadId, patiently };
    const answer = await openFile(work, this.parts, hints, signal);
    signal.throwIfAborted();
    if (answer === "skip") return this.setFile(work, "skipped");
    work.markOpen();
  }

  private async send(work: FileWork, index: number, run: number, signal: AbortSignal): Promise<void> {
    if (work.state === "waiting") this.setFile(work, "uploading");
    const { item } = work;
    const { start, end } = partRange(item, index);
    // A slice has no type, so no Content-Type is sent that was not signed (reference: oss-rest.md §0).
    // To read a small file as it is costs half of reading a slice of it.
    const sizeBytes = end - start;
    const isSmall = item.partCount === 1 && sizeBytes <= FORM_MAX_BYTES;
    const body = isSmall ? await item.file.arrayBuffer() : item.file.slice(start, end);
    signal.throwIfAborted();
    const crc = this.parts.checksum(body, signal);
    crc.catch(() => undefined);
    const found = work.found.get(index);
    const isThere = found?.crc64 !== undefined && found.sizeBytes === sizeBytes && found.crc64 === (await crc);
    const answer = isThere ? found : await this.put(work, index, body, crc, signal);
    if (run !== work.run) return;
    const own = await crc;
    work.finishPart(index, { etag: answer.etag, crc64: own, sizeBytes, isProven: answer.crc64 === own });
    this.tally.partDone(work, sizeBytes);
  }

  private async put(
    work: FileWork,
    index: number,
    body: UploadBody,
    crc: Promise<string>,
    signal: AbortSignal,
  ): Promise<PutAnswer> {
    const request = work.signRequest(index);
    const key = `${work.index}/${index}`;
    const attempt = async () => {
      const local = new AbortController();
      // Bytes in memory cannot fail to be read.
      const either = body instanceof Blob ? AbortSignal.any([signal, local.signal]) : signal;
      crc.catch((reason) => local.abort(reason));
      const [sent, own] = await Promise.allSettled([this.transfer(work, request, key, body, either), crc]);
      // A file that cannot be read explains a request that failed, not the other way round.
      if (own.status === "rejected") throw fromLocal(own.reason, work.item.path);
      if (sent.status === "rejected") throw sent.reason;
      if (sent.value.crc64 !== undefined && sent.value.crc64 !== own.value) throw corrupted(work.item.path);
      return sent.value;
    };
    try {
      return await this.patiently(attempt, signal, work, index + 1, () => this.urls.forget(request));
    } finally {
      this.tally.sent(key, undefined);
      this.urls.forget(request);
    }
  }

  private goesByForm({ item }: FileWork): boolean {
    return this.forms !== undefined && item.mode === "put" && item.sizeBytes <= FORM_MAX_BYTES && isPostable(item.path);
  }

  /** The way that one body takes: as a form where that is possible, else to its own URL. */
  private async transfer(
    work: FileWork,
    request: SignRequest,
    key: string,
    body: UploadBody,
    signal: AbortSignal,
  ): Promise<PutAnswer> {
    const { transport } = this.parts;
    const forms = this.goesByForm(work) ? this.forms : undefined;
    if (forms && body instanceof ArrayBuffer && transport.post) {
      const form = await forms.get(signal);
      try {
        return await transport.post(form, work.item.path, body, signal);
      } catch (thrown) {
        const error = fromLocal(thrown, work.item.path);
        if (isExpiredSignature(error)) forms.forget(form);
        if (signal.aborted || error.retryable || isExpiredSignature(error)) throw thrown;
        // A bucket may refuse forms (a rule of its policy, a gateway before it) and take the same bytes from a PUT.
        this.forms = undefined;
      }
    }
    const url = await this.urls.get(request, signal);
    return transport.put(url, body, signal, (sent) => this.tally.sent(key, sent));
  }

  private async finish(work: FileWork, signal: AbortSignal): Promise<void> {
    const { item, uploadId } = work;
    const done = work.parts();
    const crc64 = combineCrc64(done);
    this.setFile(work, "verifying");
    const stored = await this.patiently(() => this.store(work, crc64, signal), signal, work);
    signal.throwIfAborted();
    const isEqual = stored?.sizeBytes === item.sizeBytes && (stored.crc64 === undefined || stored.crc64 === crc64);
    if (!isEqual) throw corrupted(item.path);
    work.crc64 = stored.crc64;
    this.setFile(work, "done");
    if (uploadId) await this.parts.checkpoints?.remove(item.path);
  }

  /** What OSS holds now. */
  private async store(work: FileWork, crc64: string, signal: AbortSignal): Promise<StoredFile | undefined> {
    const { transport } = this.parts;
    const { item, uploadId } = work;
    const done = work.parts();
    if (item.mode === "put" || uploadId === undefined) {
      return done[0]?.isProven ? { sizeBytes: item.sizeBytes, crc64 } : transport.stat(item.path, signal);
    }
    let etags = done.map((part, index) => ({ number: index + 1, etag: part.etag }));
    if (etags.some(({ etag }) => etag === undefined)) {
      const listed = await transport.listParts(item.path, uploadId, signal);
      const isSame = listed.every((part) => part.crc64 === undefined || part.crc64 === done[part.number - 1]?.crc64);
      if (!isSame || listed.length !== done.length) throw corrupted(item.path);
      etags = listed;
    }
    const list = etags.map(({ number, etag }) => ({ number, etag: etag ?? "" }));
    return transport.complete(item.path, uploadId, list, { sizeBytes: item.sizeBytes, crc64 }, signal);
  }

  private patiently<T>(
    attempt: () => Promise<T>,
    signal: AbortSignal,
    work?: FileWork,
    part = 0,
    onExpired?: () => void,
  ): Promise<T> {
    const { clock, random = Math.random } = this.parts;
    const path = work?.item.path ?? "";
    return patiently(attempt, { clock, random, path, onExpired }, signal, {
      wait: (error, tries, delayMs) => {
        this.tally.waiting(error, work);
        this.emit({ type: "retry", path, part, attempt: tries, delayMs, error });
      },
      waited: () => this.tally.waiting(undefined, work),
    });
  }

  private setFile(work: FileWork, state: FileWork["state"]): void {
    const before = work.state;
    work.state = state;
    this.tally.fileChanged(work, before);
  }

  private emit(event: UploadEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}

function isStored(work: FileWork): boolean {
  return work.state === "done" || work.state === "skipped";
}
