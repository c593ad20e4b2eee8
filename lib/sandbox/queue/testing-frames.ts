import protobuf from "protobufjs";
import { WebSocket } from "ws";
import { SERVICE, TOKEN } from "./testing-service";

/* A client of the queue protocol made of foreign parts: protobufjs reads, ws connects. */

const { root } = protobuf.parse(`
  syntax = "proto3";
  message DataFrameProto { uint64 index = 1; map<string, string> tags = 2; bytes data = 3; string message = 4; }
  message DataFrameListProto { repeated DataFrameProto index = 1; }
  message AttributesProto { map<string, string> attributes = 1; }
`);

export interface TestFrame {
  /** Decimal. */
  index: string;
  tags: Record<string, string>;
  data: string;
}

function decode(type: string, bytes: Uint8Array): Record<string, unknown> {
  const found = root.lookupType(type);
  return found.toObject(found.decode(bytes), { longs: String, bytes: Buffer, defaults: true });
}

interface RawFrame {
  index: string;
  tags: Record<string, string>;
  data: Uint8Array;
}

const toFrame = ({ index, tags, data }: RawFrame): TestFrame => ({ index, tags, data: Buffer.from(data).toString() });

export function decodeFrame(bytes: Uint8Array): TestFrame {
  return toFrame(decode("DataFrameProto", bytes) as unknown as RawFrame);
}

export function decodeFrames(bytes: Uint8Array): TestFrame[] {
  return (decode("DataFrameListProto", bytes).index as RawFrame[]).map(toFrame);
}

export function decodeAttributes(bytes: Uint8Array): unknown {
  return decode("AttributesProto", bytes).attributes;
}

export interface Watcher {
  frames: TestFrame[];
  socket: WebSocket;
  /** Resolves once so many frames have come in all. */
  received(count: number): Promise<TestFrame[]>;
  closed: Promise<{ code: number; reason: string }>;
}

export interface WatchOptions {
  query?: string;
  uid?: string;
  gid?: string;
  token?: string;
  service?: string;
}

/** Resolves once the server has agreed; rejects with its status when it has not. */
export async function watch(port: number, path: string, options: WatchOptions = {}): Promise<Watcher> {
  const { query = "", uid, gid, token = TOKEN, service = SERVICE } = options;
  const socket = new WebSocket(`ws://localhost:${port}/api/predict/${service}${path}?_watch_=true&_index_=0${query}`, {
    headers: {
      authorization: token,
      accept: "application/vnd.google.protobuf",
      ...(uid === undefined ? {} : { "X-EAS-QueueService-Redis-Uid": uid }),
      ...(gid === undefined ? {} : { "X-EAS-QueueService-Redis-Gid": gid }),
    },
  });
  const frames: TestFrame[] = [];
  const waiting = new Set<() => void>();
  socket.on("message", (message, isBinary) => {
    if (!isBinary || !Buffer.isBuffer(message)) throw new Error("a frame is one binary message");
    frames.push(decodeFrame(message));
    for (const check of [...waiting]) check();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once("close", (code, reason) => resolve({ code, reason: reason.toString() })),
  );
  await new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
    socket.once("unexpected-response", (_, response) => {
      let body = "";
      response.on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () => reject(new Error(`${response.statusCode} ${body}`)));
    });
  });
  return {
    frames,
    socket,
    closed,
    received: (count) =>
      new Promise((resolve) => {
        const check = () => {
          if (frames.length < count) return;
          waiting.delete(check);
          resolve(frames);
        };
        waiting.add(check);
        check();
      }),
  };
}
