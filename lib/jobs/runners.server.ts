import "server-only";
import { secretBox } from "@/lib/auth/secret-box.server";
import { systemClock } from "@/lib/clock";
import { findConnection } from "@/lib/connections/chosen.server";
import { database, exchange } from "@/lib/database.server";
import { env } from "@/lib/env";
import { log } from "@/lib/log.server";
import { deliverOne, dueDeliveries } from "@/lib/notifications/deliver";
import { createSend } from "@/lib/notifications/send";
import { once } from "@/lib/once";
import { createOssClient } from "@/lib/oss/client";
import { createBookkeeper } from "@/lib/services/bookkeeper";
import { shared } from "@/lib/services/coordination";
import { dueStarts } from "@/lib/services/followed-starts";
import { serviceWatchers } from "@/lib/services/watchers";
import { followOne } from "./follow-start";
import { makePicture } from "./make-picture";
import { duePruning, prune } from "./prune";
import { type Runner, startRunner } from "./runner";

/** Each waits for the cloud most of the time. */
const STARTS_AT_ONCE = 50;
const DELIVERIES_AT_ONCE = 4;
const PRUNE_LOOK_MS = 10 * 60_000;

/** The watchers of this process, in agreement with all others on the same database. */
export function sharedWatchers() {
  return serviceWatchers(() => ({
    coordination: shared(exchange(), database()),
    complete: createBookkeeper({
      db: database(),
      clock: systemClock,
      openOss: (connection) => createOssClient(connection),
      onError: (error) => log.warn("what was seen of a service could not be written down", { error }),
    }),
  }));
}

/** Starts that go on without a browser. */
export function startFollower(): Runner {
  return once("start-follower", () => {
    const world = { db: database(), clock: systemClock, hub: sharedWatchers(), findConnection, makePicture };
    return startRunner({
      kind: "follow",
      exchange: exchange(),
      clock: systemClock,
      due: () => dueStarts(database(), new Date(systemClock.now())),
      run: (id, signal) => followOne(world, id, signal),
      onError: (error) => log.warn("a start could not be followed", { error }),
      atOnce: STARTS_AT_ONCE,
    });
  });
}

/** Messages to addresses outside. */
export function webhookSender(): Runner {
  return once("webhook-sender", () => {
    const { allowedHosts } = env().imports;
    const world = { db: database(), clock: systemClock, box: secretBox(), send: createSend({ allowedHosts }) };
    return startRunner({
      kind: "webhook",
      exchange: exchange(),
      clock: systemClock,
      due: () => dueDeliveries(database(), new Date(systemClock.now())),
      run: (id, signal) => deliverOne(world, id, signal),
      onError: (error) => log.warn("a webhook could not be sent", { error }),
      atOnce: DELIVERIES_AT_ONCE,
    });
  });
}

/** Throws away what nobody looks back on any more. */
export function storePruner(): Runner {
  return once("store-pruner", () =>
    startRunner({
      kind: "prune",
      exchange: exchange(),
      clock: systemClock,
      due: () => duePruning(database(), systemClock),
      run: () => prune(database(), systemClock),
      onError: (error) => log.warn("old records could not be thrown away", { error }),
      atOnce: 1,
      everyMs: PRUNE_LOOK_MS,
    }),
  );
}
