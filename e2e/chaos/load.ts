import { request } from "node:http";
import { systemClock } from "@/lib/clock";

/* What hundreds of open browsers ask of the consoles: a stream each, and pages that read. */

/** Like a browser's EventSource: comes back after the time that it was last told, with the id that it saw last. */
export interface Viewer {
  /** The newest snapshot of its service, as text. */
  last: string;
  isConnected: boolean;
  close(): void;
}

export function watchLikeABrowser(nextUrl: () => string, path: string, cookie: string): Viewer {
  let retryMs = 1_000;
  let lastId: string | undefined;
  let closed = false;
  let stop = () => {};
  const viewer: Viewer = {
    last: "",
    isConnected: false,
    close() {
      closed = true;
      stop();
    },
  };
  const again = () => {
    viewer.isConnected = false;
    if (!closed) setTimeout(connect, retryMs);
  };
  const hear = (block: string) => {
    const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, "m").exec(block)?.[1];
    retryMs = Number(field("retry") ?? retryMs);
    lastId = field("id") ?? lastId;
    if (field("event") === "snapshot") viewer.last = field("data") ?? "";
  };
  function connect(): void {
    if (closed) return;
    const headers: Record<string, string> = { cookie, accept: "text/event-stream" };
    if (lastId) headers["last-event-id"] = lastId;
    const call = request(`${nextUrl()}${path}`, { headers, agent: false }, (response) => {
      let text = "";
      viewer.isConnected = response.statusCode === 200;
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
        for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
          hear(text.slice(0, end));
          text = text.slice(end + 2);
        }
      });
      response.once("close", again).on("error", () => undefined);
    });
    let hasAnswered = false;
    call.once("response", () => {
      hasAnswered = true;
    });
    call.once("error", () => {
      if (!hasAnswered) again();
    });
    call.end();
    stop = () => call.destroy();
  }
  connect();
  return viewer;
}

export interface Reads {
  /** How often each status was answered; 0 for no answer at all, as from a console that has just been killed. */
  statuses: Map<number, number>;
  /** What must never be. */
  broken: string[];
  stop(): Promise<void>;
}

/** So many people who open one page after the other. */
export function readOn(nextUrl: () => string, paths: readonly string[], cookie: string, people: number): Reads {
  const statuses = new Map<number, number>();
  const broken: string[] = [];
  const stopping = new AbortController();
  const person = async (at: number) => {
    for (let turn = at; !stopping.signal.aborted; turn++) {
      const path = paths[turn % paths.length] ?? "/";
      let status = 0;
      try {
        const signal = AbortSignal.timeout(30_000);
        const answer = await fetch(`${nextUrl()}${path}`, { headers: { cookie }, redirect: "manual", signal });
        const text = await answer.text();
        status = answer.status;
        // Trouble of the cloud has codes of its own; this one means a mistake of ours.
        if (status === 500) broken.push(`${path}: ${text.slice(0, 300)}`);
      } catch {
        // Killed in the middle.
      }
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      await systemClock.sleep(500, stopping.signal).catch(() => undefined);
    }
  };
  const all = Array.from({ length: people }, (_, at) => person(at));
  return {
    statuses,
    broken,
    async stop() {
      stopping.abort();
      await Promise.all(all);
    },
  };
}
