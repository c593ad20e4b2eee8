import type { Clock } from "../../clock";

/** The one account of the sandbox. */
export interface SandboxAccount {
  /** Sixteen digits, as Alibaba Cloud numbers accounts. */
  uid: string;
  accessKeyId: string;
  accessKeySecret: string;
}

export interface SandboxConfig {
  /** Everything the sandbox remembers lies below this folder. */
  dataDir: string;
  region: string;
  account: SandboxAccount;
  /** Factor on every simulated duration: 1 = a comfortable demonstration, 0 = as fast as it can. */
  speed: number;
  clock: Clock;
  ports: SandboxPorts;
}

/** 0 = any free port. */
export interface SandboxPorts {
  oss: number;
  eas: number;
  gateway: number;
  sts: number;
  control: number;
}

export interface StoredObject {
  key: string;
  size: number;
  etag: string;
  /** Milliseconds since the epoch. */
  lastModified: number;
}

/** What a mount sees of a bucket: the storage engine itself, without HTTP in between. */
export interface ObjectStore {
  bucketExists(bucket: string): Promise<boolean>;
  /** All objects below a prefix, in order of their UTF-8 bytes. */
  list(bucket: string, prefix: string): AsyncIterable<StoredObject>;
  head(bucket: string, key: string): Promise<StoredObject | undefined>;
  /** `end` is exclusive. Rejects when the object is absent. */
  read(bucket: string, key: string, range?: { start: number; end: number }): Promise<Uint8Array>;
  write(bucket: string, key: string, body: Uint8Array, headers?: Record<string, string>): Promise<void>;
  delete(bucket: string, key: string): Promise<void>;
}

export interface Mount {
  /** Absolute, without a trailing slash, e.g. `/oss`. */
  mountPath: string;
  bucket: string;
  /** Ends in `/` unless empty. */
  prefix: string;
  readOnly: boolean;
}

export interface ContainerSpec {
  serviceName: string;
  instanceName: string;
  image: string;
  command: string;
  env: Record<string, string>;
  mounts: Mount[];
  region: string;
  /** GPU model as DescribeMachineSpec names it, e.g. `GU30`, `A10`, `T4`; undefined on CPU types. */
  gpu?: string;
}

export interface ContainerEnvironment {
  store: ObjectStore;
  clock: Clock;
  speed: number;
  /** One line of the container's standard output or error, without a line end. */
  log(line: string): void;
  trouble?: ContainerTrouble;
  /**
   * What the container's network answers to a GET: the body, whatever its status; rejects when nobody answers. Without it
   * links lead straight into the store.
   */
  fetchLink?(link: string): Promise<Uint8Array>;
}

/** What goes wrong on demand inside a container; asked at the moment it concerns, so it may change while the process runs. */
export interface ContainerTrouble {
  /** Asked once for each start of the process. */
  atStart?(): StartTrouble | undefined;
  /** Asked when a request's turn has come. */
  atRequest?(): RequestTrouble | undefined;
}

export type StartTrouble =
  /** Killed by the kernel while the models load: exit code 137. */
  | { kind: "host-oom" }
  /** A traceback and exit code 1, unless told otherwise; asked for at each start it makes a crash loop. */
  | { kind: "crash"; exitCode?: number; lastWords?: string }
  /** Milliseconds on the clock, not scaled by the sandbox's speed. */
  | { kind: "slow"; delayMs: number };

export type RequestTrouble =
  /** Killed by the kernel: the request is lost, exit code 137. */
  | { kind: "host-oom" }
  /** A segmentation fault, unless told otherwise: the request is lost, exit code 139. */
  | { kind: "crash"; exitCode?: number; lastWords?: string }
  /** The program's own answer to torch's "CUDA out of memory": status 469. */
  | { kind: "cuda-oom" }
  | { kind: "slow"; delayMs: number }
  /** The right status with a body that ends halfway, or whose middle is noise. */
  | { kind: "corrupt"; how: "cut" | "garbled" };

export interface ContainerRequest {
  method: string;
  /** Path below the service's address, `/` for the bare one, with its query. */
  url: string;
  headers: Record<string, string>;
  body: Uint8Array;
  /** Taken from the input queue: the answer goes to the sink, not to a caller. */
  queued?: boolean;
}

export interface ContainerResponse {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** A running process inside one instance. */
export interface Container {
  /** Settles once the process listens on its port; rejects with ContainerExit when it ends before. */
  readonly ready: Promise<{ port: number }>;
  /** Requests are served one at a time, in order of arrival. */
  handle(request: ContainerRequest, signal: AbortSignal): Promise<ContainerResponse>;
  /** Ends the process; pending work is dropped. */
  stop(): void;
}

export class ContainerExit extends Error {
  constructor(readonly exitCode: number) {
    super(`exit code ${exitCode}`);
  }
}

export type StartContainer = (spec: ContainerSpec, environment: ContainerEnvironment) => Container;
