import { type Clock, systemClock } from "@/lib/clock";
import type {
  Container,
  ContainerEnvironment,
  ContainerResponse,
  ContainerSpec,
  ContainerTrouble,
} from "@/lib/sandbox/core/types";
import { startContainer } from "../container";
import { MemoryStore } from "./memory-store";
import { baseModel, type Files } from "./model";

export const COMMAND = "python /home/pai/app.py --func_name base --oss_save_dir oss://bucket/out/ --region hangzhou";

export interface RunOptions extends Partial<Omit<ContainerSpec, "mounts">> {
  /** Below the model root; the complete base model by default. */
  files?: Files;
  /** Appended to the plain base command. */
  flags?: string;
  readOnly?: boolean;
  store?: MemoryStore;
  trouble?: ContainerTrouble;
  fetchLink?: ContainerEnvironment["fetchLink"];
  clock?: Clock;
  speed?: number;
}

/** A container on an in-memory store at full speed: bucket `bucket`, model below `model/`, results below `out/`. */
export function run(options: RunOptions = {}) {
  const { files = baseModel(), flags = "", readOnly = false, store = new MemoryStore(), ...rest } = options;
  const { trouble, fetchLink, clock = systemClock, speed = 0, ...spec } = rest;
  for (const [path, body] of Object.entries(files)) store.put("bucket", `model/${path}`, body);
  const log: string[] = [];
  const container = startContainer(
    {
      serviceName: "demo",
      instanceName: "demo-1",
      image: "diffuser-inference",
      command: `${COMMAND} ${flags}`,
      env: {},
      region: "cn-hangzhou",
      gpu: "GU30",
      mounts: [
        { mountPath: "/oss", bucket: "bucket", prefix: "model/", readOnly },
        { mountPath: "/result", bucket: "bucket", prefix: "out/", readOnly: false },
      ],
      ...spec,
    },
    { store, clock, speed, log: (line) => log.push(line), trouble, fetchLink },
  );
  return { container, store, log };
}

export async function post(container: Container, body: unknown) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await container.handle(
    { method: "POST", url: "/", headers: {}, body: Buffer.from(text) },
    new AbortController().signal,
  );
  return { status: response.status, body: readJson(response) };
}

function readJson(response: ContainerResponse): Record<string, unknown> {
  const text = Buffer.from(response.body).toString();
  return text.startsWith("{") ? JSON.parse(text) : { text };
}

/** The last line of the log without the platform's time stamp. */
export const lastLine = (log: readonly string[]) => (log.at(-1) ?? "").replace(/^\[[^\]]*\] /, "");
