import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { Consumer, ConsumerPort } from "./group";
import { QueueRefusal } from "./item";
import { identityOf, PROTOBUF, type QueueCall, streamOf } from "./operations";
import { encodeFrame, lengthPrefixed } from "./protobuf";
import type { QueueOperation } from "./request";

/*
 * Items pushed to a client as they come (reference: eas-gateway-and-queue.md §6.6): over a WebSocket one binary message
 * each, over plain HTTP one frame each of an answer without end.
 */

type Watch = Extract<QueueOperation, { name: "watch" }>;

/** So much may wait for a slow reader before no more is given to it. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;

/** What cannot be watched; throws QueueRefusal. Asked before a connection is promised. */
export function checkWatch({ window, autoCommit, tags }: Watch, call: QueueCall): void {
  if (window === 0 && !autoCommit) throw new QueueRefusal(400, "window must be greater than 0");
  const stream = streamOf(call);
  if (stream.endedIn !== undefined) throw new QueueRefusal(400, "stream is ended");
  stream.checkJoin({ gid: identityOf(call.headers).gid, tags });
}

/** `connection` is what lies below the socket: it knows first that the other side has gone. */
export function watchOverWebSocket(watch: Watch, call: QueueCall, socket: WebSocket, connection: Duplex): void {
  join(watch, call, {
    send: (message, sent) => socket.send(message, { binary: true }, sent),
    isOpen: () => socket.readyState === socket.OPEN && socket.bufferedAmount < MAX_BUFFERED_BYTES,
    close: (reason) => socket.close(1000, reason),
    onClose: (gone) => {
      connection.on("end", gone);
      socket.on("close", gone);
      // A close follows.
      socket.on("error", () => undefined);
    },
  });
}

export function watchOverHttp(watch: Watch, call: QueueCall, response: ServerResponse): void {
  join(watch, call, {
    begin: () => {
      response.writeHead(200, { "content-type": PROTOBUF, "cache-control": "no-cache" });
      response.flushHeaders();
    },
    send: (message, sent) => response.write(lengthPrefixed(message), sent),
    isOpen: () => !response.destroyed && response.writableLength < MAX_BUFFERED_BYTES,
    close: () => response.end(),
    onClose: (gone) => {
      response.on("close", gone);
      response.on("error", () => undefined);
    },
  });
}

interface Line {
  begin?(): void;
  send(message: Uint8Array, sent: () => void): void;
  /** More can be sent now. */
  isOpen(): boolean;
  close(reason: string): void;
  onClose(gone: () => void): void;
}

function join(watch: Watch, call: QueueCall, line: Line): void {
  const stream = streamOf(call);
  let consumer: Consumer | undefined;
  let gone = false;
  const port: ConsumerPort = {
    canTake: () => !gone && line.isOpen(),
    send: ({ index, tags, data }) =>
      line.send(encodeFrame({ index, tags, data: watch.indexOnly ? Buffer.alloc(0) : data }), () => {
        if (!gone) stream.wake();
      }),
    end: (reason) => line.close(reason),
  };
  line.onClose(() => {
    gone = true;
    if (consumer) stream.leave(consumer);
  });
  const { window, autoCommit, from, tags } = watch;
  const options = { ...identityOf(call.headers), window, autoCommit, from, tags };
  line.begin?.();
  consumer = stream.join(options, port);
  if (gone) stream.leave(consumer);
}
