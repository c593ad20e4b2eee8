import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { QueueRefusal } from "@/lib/sandbox/queue/item";
import { answerOnce, type QueueCall } from "@/lib/sandbox/queue/operations";
import { parseQueueRequest, type QueueOperation } from "@/lib/sandbox/queue/request";
import { checkWatch, watchOverHttp, watchOverWebSocket } from "@/lib/sandbox/queue/watch";
import { type Reply, send, sendOverSocket, textReply } from "./reply";

/* Requests to the queues of an asynchronous service: each is answered once, or becomes a stream of items. */

/** What clients send over the connection is of no interest. */
const MAX_CLIENT_MESSAGE_BYTES = 64 * 1024;

export interface QueueAccess {
  /** Answers at once, after waiting, or without end. */
  answer(call: QueueCall, response: ServerResponse): Promise<void>;
  upgrade(call: QueueCall, request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

export function createQueueAccess(): QueueAccess {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_CLIENT_MESSAGE_BYTES });
  return {
    async answer(call, response) {
      try {
        const operation = parse(call);
        if (operation.name !== "watch") {
          send(response, await answerOnce(operation, call));
          return;
        }
        checkWatch(operation, call);
        watchOverHttp(operation, call, response);
      } catch (error) {
        send(response, refusal(error));
      }
    },
    upgrade(call, request, socket, head) {
      try {
        const operation = parse(call);
        if (operation.name !== "watch") throw new QueueRefusal(400, "only a watch can go over a WebSocket");
        checkWatch(operation, call);
        sockets.handleUpgrade(request, socket, head, (webSocket) =>
          watchOverWebSocket(operation, call, webSocket, socket),
        );
      } catch (error) {
        sendOverSocket(socket, refusal(error));
      }
    },
  };
}

/** Only a put has something below the queue's own address. */
function parse(call: QueueCall): QueueOperation {
  const operation = parseQueueRequest(call.method, new URLSearchParams(call.rawQuery));
  if (operation.name !== "put" && call.path !== "/") throw new QueueRefusal(404, "");
  return operation;
}

function refusal(error: unknown): Reply {
  if (!(error instanceof QueueRefusal)) throw error;
  return textReply(error.status, error.message);
}
