import "server-only";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Server } from "node:http";
import { systemClock } from "@/lib/clock";
import { exchange, store } from "@/lib/database.server";
import type { Runner } from "@/lib/jobs/runner";
import { leave, onLeave } from "@/lib/leaving";
import { log } from "@/lib/log.server";

/** Answers that take longer are cut off, and the launcher, systemd and Docker wait a little longer than this. */
const PATIENCE_MS = 10_000;
const CLOSE_MS = 1_000;
const LOOK_MS = 50;
const REQUEST = "http.server.request.start";

/**
 * On SIGTERM or SIGINT: no new connections, streams end, durable work is finished or given back with its locks, answers
 * that are under way are given, the store is closed. Another console takes over at once.
 */
export function leaveInOrder(runners: readonly Runner[]): void {
  const server = findServer();
  for (const runner of runners) onLeave(() => runner.stop());
  let hasBegun = false;
  const begin = () => {
    if (!hasBegun) void endAll(server());
    hasBegun = true;
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    // Next's own ends the process as soon as no connection is open, whatever else is under way.
    process.removeAllListeners(signal);
    process.on(signal, begin);
  }
}

async function endAll(server: Server | undefined): Promise<void> {
  const answered = server ? closed(server) : undefined;
  const work = (async () => {
    await Promise.all([leave(), answered]);
    await exchange().close();
    // A connection that died in use keeps the pool's end waiting; the process's own end closes it as well.
    await Promise.race([store().pool.end(), systemClock.sleep(CLOSE_MS)]);
  })();
  const late = setTimeout(() => {
    log.warn("the console ends with something unfinished");
    process.exit(0);
  }, PATIENCE_MS);
  await work.catch((error: unknown) => log.warn("the console could not end in order", { error }));
  clearTimeout(late);
  process.exit(0);
}

/** Takes no new connection from now on; resolves when the last answer is given. */
function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // A browser keeps its connection for the next request, which another console is to answer.
    const looking = setInterval(() => server.closeIdleConnections(), LOOK_MS);
    server.close(() => {
      clearInterval(looking);
      resolve();
    });
  });
}

/** Next does not hand out its server: the first request names it. Before one came there is nothing to wait for. */
function findServer(): () => Server | undefined {
  let found: Server | undefined;
  const onRequest = (message: unknown) => {
    found = (message as { server: Server }).server;
    unsubscribe(REQUEST, onRequest);
  };
  subscribe(REQUEST, onRequest);
  return () => found;
}
