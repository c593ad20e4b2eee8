/**
 * Brings one body to OSS, by form or to a signed URL, and compares its CRC-64, summed beside the request, with what OSS
 * answers.
 */
import { isExpiredSignature } from "../errors";
import type { FileWork } from "./file-work";
import { FormBook } from "./form-book";
import { FORM_MAX_BYTES, partRange } from "./plan";
import { isPostable } from "./post-form";
import { corrupted, fromLocal, type Patiently } from "./retry";
import type { PutAnswer, SignRequest, UploadBody } from "./types";
import type { UploadParts } from "./upload";
import { UrlBook } from "./url-book";

interface Surroundings extends Pick<UploadParts, "transport" | "checksum" | "clock"> {
  patiently: Patiently;
  /** The requests that will most likely come next. */
  upcoming(count: number): SignRequest[];
  /** Bytes of one running request that have left; undefined when it is over. */
  onSent(request: string, bytes: number | undefined): void;
}

export class PartSender {
  private readonly urls: UrlBook;
  /** Undefined once OSS has refused a form, or where there are none. */
  private forms: FormBook | undefined;

  constructor(private readonly around: Surroundings) {
    const { transport, clock, patiently, upcoming } = around;
    this.urls = new UrlBook(
      (requests, signal) => patiently(() => transport.sign(requests, signal), signal),
      clock,
      upcoming,
    );
    const signForm = transport.signForm?.bind(transport);
    if (signForm) this.forms = new FormBook((signal) => patiently(() => signForm(signal), signal), clock);
  }

  goesByForm({ item }: FileWork): boolean {
    return this.forms !== undefined && item.mode === "put" && item.sizeBytes <= FORM_MAX_BYTES && isPostable(item.path);
  }

  /** How much it was; undefined when the file was begun anew meanwhile, so that nobody waits for this part any more. */
  async send(work: FileWork, index: number, run: number, signal: AbortSignal): Promise<number | undefined> {
    const { item } = work;
    const { start, end } = partRange(item, index);
    // A slice has no type, so no Content-Type is sent that was not signed (reference: oss-rest.md §0).
    // To read a small file as it is costs half of reading a slice of it.
    const sizeBytes = end - start;
    const isSmall = item.partCount === 1 && sizeBytes <= FORM_MAX_BYTES;
    const body = isSmall ? await item.file.arrayBuffer() : item.file.slice(start, end);
    signal.throwIfAborted();
    const crc = this.around.checksum(body, signal);
    crc.catch(() => undefined);
    const found = work.found.get(index);
    const isThere = found?.crc64 !== undefined && found.sizeBytes === sizeBytes && found.crc64 === (await crc);
    const answer = isThere ? found : await this.put(work, index, body, crc, signal);
    if (run !== work.run) return undefined;
    const own = await crc;
    work.finishPart(index, { etag: answer.etag, crc64: own, sizeBytes, isProven: answer.crc64 === own });
    return sizeBytes;
  }

  private async put(
    work: FileWork,
    index: number,
    body: UploadBody,
    crc: Promise<string>,
    signal: AbortSignal,
  ): Promise<PutAnswer> {
    const { patiently, onSent } = this.around;
    const request = work.signRequest(index);
    const name = `${work.index}/${index}`;
    const attempt = async () => {
      const local = new AbortController();
      // Bytes in memory cannot fail to be read.
      const either = body instanceof Blob ? AbortSignal.any([signal, local.signal]) : signal;
      crc.catch((reason) => local.abort(reason));
      const [sent, own] = await Promise.allSettled([this.transfer(work, request, name, body, either), crc]);
      // A file that cannot be read explains a request that failed, not the other way round.
      if (own.status === "rejected") throw fromLocal(own.reason, work.item.path);
      if (sent.status === "rejected") throw sent.reason;
      if (sent.value.crc64 !== undefined && sent.value.crc64 !== own.value) throw corrupted(work.item.path);
      return sent.value;
    };
    try {
      return await patiently(attempt, signal, { work, part: index + 1, onExpired: () => this.urls.forget(request) });
    } finally {
      onSent(name, undefined);
      this.urls.forget(request);
    }
  }

  /** The way that one body takes: as a form where that is possible, else to its own URL. */
  private async transfer(
    work: FileWork,
    request: SignRequest,
    name: string,
    body: UploadBody,
    signal: AbortSignal,
  ): Promise<PutAnswer> {
    const { transport, onSent } = this.around;
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
    return transport.put(url, body, signal, (sent) => onSent(name, sent));
  }
}
