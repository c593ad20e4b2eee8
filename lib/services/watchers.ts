import { systemClock } from "@/lib/clock";
import { openEas } from "@/lib/connections/clients";
import type { Context } from "@/lib/context.server";
import { once } from "@/lib/once";
import type { ServiceNameInput } from "./names";
import type { WatchEvent } from "./snapshot";
import { createWatcherHub, type HubOptions, type WatcherHub } from "./watch";

/**
 * The process's own watchers. Their clients are not bound to a request: they outlive the one that came first. The first who
 * asks says how they are shared with other processes: the start of the server.
 */
export function serviceWatchers(sharing: () => Pick<HubOptions, "coordination" | "complete"> = () => ({})): WatcherHub {
  return once("service-watchers", () =>
    createWatcherHub({
      clock: systemClock,
      openEas,
      ...sharing(),
    }),
  );
}

/** Yields the present state at once and then every change, until the signal ends. */
export function watchService(
  ctx: Pick<Context, "connection">,
  { name }: ServiceNameInput,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent, void> {
  return serviceWatchers().watch(ctx.connection, name, signal);
}
