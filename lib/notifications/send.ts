import http from "node:http";
import https from "node:https";
import { AppError } from "@/lib/errors";
import { guardedAgents, isGuardRefusal, parseAddress, type RemotePolicy } from "@/lib/imports/remote";

export interface Message {
  url: string;
  headers: Record<string, string>;
  body: string;
  signal: AbortSignal;
}

/** Resolves with the status, whatever it is; redirects are not followed and the answer is not read. */
export type Send = (message: Message) => Promise<number>;

const TIMEOUT_MS = 10_000;

export function createSend(policy: RemotePolicy): Send {
  const agentFor = guardedAgents(policy);
  return ({ url: address, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const url = parseAddress(address);
      const request = (url.protocol === "http:" ? http : https).request(
        url,
        {
          method: "POST",
          agent: agentFor(url),
          signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
          headers: {
            "user-agent": "Easel",
            "content-type": "application/json",
            "content-length": Buffer.byteLength(body),
            ...headers,
          },
        },
        (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        },
      );
      request.once("error", (error) => reject(explain(error, url)));
      request.end(body);
    });
}

function explain(error: Error, { host }: URL): AppError {
  if (isGuardRefusal(error)) return new AppError("forbidden", { params: { host, rule: "imports.errors.privateHost" } });
  const isLate = error.name === "TimeoutError" || error.name === "AbortError";
  return new AppError(isLate ? "timeout" : "network", { params: { host }, retryable: true, cause: error });
}
