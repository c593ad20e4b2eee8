/** For tests of the engine: a bucket in memory, with gates, failures and damage on demand. */
import type { Clock } from "@/lib/clock";
import { AppError } from "@/lib/errors";
import { createBlobChecksum } from "./checksum";
import { combineCrc64 } from "./crc";
import type {
  Checkpoint,
  CheckpointStore,
  ServerPart,
  SignedForm,
  SignRequest,
  UploadBody,
  UploadTransport,
} from "./types";

const checksum = createBlobChecksum();

interface Gate {
  opened: Promise<void>;
  open: () => void;
  reached: Promise<void>;
  reach: () => void;
}

function signal(): [Promise<void>, () => void] {
  let give = () => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return [given, give];
}

/** Requests are named by their path, parts by `path#number`, lists of them by `parts:path`. */
export class FakeTransport implements UploadTransport {
  readonly puts: string[] = [];
  readonly bodyTypes: string[] = [];
  readonly aborted: string[] = [];
  /** Half-done uploads that OSS lists, by path. */
  readonly openIds = new Map<string, string>();
  signCalls = 0;
  mostAtOnce = 0;
  stats = 0;
  hidesHeaders = false;
  completedCrc: string | undefined;

  private readonly objects = new Map<string, Blob>();
  private readonly uploads = new Map<string, Map<number, Blob>>();
  private readonly failures = new Map<string, AppError[]>();
  private readonly damages = new Map<string, number>();
  private readonly gates = new Map<string, Gate>();
  private nextId = 1;
  private atOnce = 0;

  constructor(private readonly clock: Clock) {}

  fail(name: string, ...errors: AppError[]): void {
    this.failures.set(name, errors);
  }

  damage(name: string, times: number): void {
    this.damages.set(name, times);
  }

  /** Holds requests of this name until `open`. */
  gate(name: string): void {
    const [opened, open] = signal();
    const [reached, reach] = signal();
    this.gates.set(name, { opened, open, reached, reach });
  }

  async reached(name: string): Promise<void> {
    await this.gates.get(name)?.reached;
  }

  open(name: string): void {
    this.gates.get(name)?.open();
    this.gates.delete(name);
  }

  forgetUploads(): void {
    this.uploads.clear();
  }

  async preset(path: string, body: Blob): Promise<void> {
    this.objects.set(path, body);
  }

  async stored(path: string): Promise<Uint8Array | undefined> {
    const blob = this.objects.get(path);
    return blob && new Uint8Array(await blob.arrayBuffer());
  }

  async sign(requests: readonly SignRequest[]) {
    this.signCalls++;
    const urls = requests.map(({ path, part, sizeBytes }) => JSON.stringify({ path, part, sizeBytes }));
    return { urls, expiresAt: this.clock.now() + 15 * 60_000 };
  }

  put(url: string, sent: UploadBody, signal: AbortSignal, onSent: (bytes: number) => void) {
    const { path, part } = JSON.parse(url) as SignRequest;
    const name = part ? `${path}#${part.number}` : path;
    this.puts.push(name);
    return this.receiveFrom(name, url, sent, signal, onSent);
  }

  protected now(): number {
    return this.clock.now();
  }

  protected async receiveFrom(
    name: string,
    url: string,
    sent: UploadBody,
    signal: AbortSignal,
    onSent?: (bytes: number) => void,
  ) {
    const { path, part, sizeBytes } = JSON.parse(url) as SignRequest;
    const body = sent instanceof Blob ? sent : new Blob([sent]);
    this.bodyTypes.push(body.type);
    this.atOnce++;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    try {
      await this.hold(name, signal);
      const failure = this.failures.get(name)?.shift();
      if (failure) throw failure;
      if (body.size !== sizeBytes) throw new AppError("invalid_credentials");
      onSent?.(body.size);
      const received = this.receive(name, body);
      if (part) this.parts(part.uploadId).set(part.number, received);
      else this.objects.set(path, received);
      return this.hidesHeaders ? {} : { etag: `"${part?.number ?? 0}"`, crc64: await checksum(received) };
    } finally {
      this.atOnce--;
    }
  }

  async initiate() {
    const uploadId = String(this.nextId++);
    this.uploads.set(uploadId, new Map());
    return { uploadId };
  }

  async complete(path: string, uploadId: string, list: readonly { number: number; etag: string }[]) {
    const parts = this.parts(uploadId);
    const blobs = list.map(({ number, etag }) => {
      const blob = parts.get(number);
      if (!blob || etag !== `"${number}"`) throw new AppError("invalid_input", { vendor: { code: "InvalidPart" } });
      return blob;
    });
    const chunks = await Promise.all(blobs.map(async (b) => ({ crc64: await checksum(b), sizeBytes: b.size })));
    const object = new Blob(blobs);
    this.objects.set(path, object);
    if (this.completedCrc === undefined) this.uploads.delete(uploadId);
    return { sizeBytes: object.size, crc64: this.completedCrc ?? combineCrc64(chunks) };
  }

  async abort(path: string, uploadId: string) {
    this.aborted.push(path);
    this.uploads.delete(uploadId);
  }

  async listParts(path: string, uploadId: string): Promise<ServerPart[]> {
    const failure = this.failures.get(`parts:${path}`)?.shift();
    if (failure) throw failure;
    const byNumber = [...this.parts(uploadId)].sort(([a], [b]) => a - b);
    return Promise.all(
      byNumber.map(async ([number, blob]) => ({
        number,
        etag: `"${number}"`,
        sizeBytes: blob.size,
        crc64: await checksum(blob),
      })),
    );
  }

  async listOpen() {
    return this.openIds;
  }

  async listSizes() {
    return new Map([...this.objects].map(([path, blob]) => [path, blob.size]));
  }

  async stat(path: string) {
    this.stats++;
    const blob = this.objects.get(path);
    return blob && { sizeBytes: blob.size, crc64: await checksum(blob) };
  }

  private parts(uploadId: string): Map<number, Blob> {
    const parts = this.uploads.get(uploadId);
    if (!parts) throw new AppError("not_found", { vendor: { code: "NoSuchUpload" } });
    return parts;
  }

  private receive(name: string, body: Blob): Blob {
    const left = this.damages.get(name) ?? 0;
    if (left === 0) return body;
    this.damages.set(name, left - 1);
    return new Blob(["?", body.slice(1)]);
  }

  private async hold(name: string, signal: AbortSignal): Promise<void> {
    const gate = this.gates.get(name);
    if (gate) {
      gate.reach();
      const aborted = new Promise<never>((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
      await Promise.race([gate.opened, aborted]);
    }
    await new Promise(setImmediate);
    signal.throwIfAborted();
  }
}

/** The same bucket, which takes forms too. Posts are named `form:` and their path. */
export class FormTransport extends FakeTransport {
  forms = 0;

  async signForm(): Promise<SignedForm> {
    this.forms++;
    return { ...FORM, fields: { number: String(this.forms) }, expiresAt: this.now() + 15 * 60_000 };
  }

  async post({ fields }: SignedForm, path: string, body: ArrayBuffer, signal: AbortSignal) {
    this.puts.push(`form:${path} by ${fields.number}`);
    const url = JSON.stringify({ path, sizeBytes: body.byteLength } satisfies SignRequest);
    return this.receiveFrom(`form:${path}`, url, body, signal);
  }
}

const FORM = { url: "memory:", prefix: "", maxBytes: 1 << 20 };

export function memoryCheckpoints(): CheckpointStore & { saved: Map<string, Checkpoint> } {
  const saved = new Map<string, Checkpoint>();
  return {
    saved,
    load: async (path) => saved.get(path),
    save: async (path, checkpoint) => void saved.set(path, checkpoint),
    remove: async (path) => void saved.delete(path),
  };
}
