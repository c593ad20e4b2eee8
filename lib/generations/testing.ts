import { eq } from "drizzle-orm";
import { vi } from "vitest";
import { systemClock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import { toContext } from "@/lib/context.server";
import { connectTo } from "@/lib/eas/testing";
import { TextToImageSchema } from "@/lib/playground/input";
import { type FaultyCloud, startFaultyCloud } from "@/lib/sandbox/control/testing";
import { users } from "@/lib/store/schema/auth";
import { generations } from "@/lib/store/schema/generations";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import type { Patience } from "./lane/world";
import { isOpen } from "./states";
import { submitGenerations } from "./submit";
import { type Console, HASTY, openConsole } from "./testing-console";
import { toGeneration } from "./to-generation";
import type { Generation } from "./view";

/** Pictures with a real store and the imitated cloud, by any number of consoles side by side. */

export interface Studio {
  cloud: FaultyCloud;
  store: TestStore;
  connection: Connection;
  ctx: ReturnType<typeof toContext>;
  errors: unknown[];
  open(patience?: Partial<Patience>): Console;
  close(): Promise<void>;
}

export async function openStudio(): Promise<Studio> {
  const [cloud, store] = await Promise.all([startFaultyCloud(), createTestStore()]);
  const connection = connectTo(cloud.sandbox);
  const [user] = await store.db
    .insert(users)
    .values({ name: "mei", role: "owner", passwordHash: "x" })
    .returning({ id: users.id });
  const ctx = toContext({
    connection,
    db: store.db,
    clock: systemClock,
    signal: new AbortController().signal,
    user: { id: user?.id ?? "", name: "mei", role: "owner" },
  });
  const consoles = new Set<Console>();
  const errors: unknown[] = [];
  return {
    cloud,
    store,
    connection,
    ctx,
    errors,
    open(patience = {}) {
      const opened = openConsole(store, connection, { ...HASTY, ...patience }, (error) => errors.push(error));
      const end = async () => {
        consoles.delete(made);
        await opened.end();
      };
      const made: Console = { ...opened, end };
      consoles.add(made);
      return made;
    },
    async close() {
      await Promise.all([...consoles].map((one) => one.end()));
      await cloud.close();
      await store.close();
    },
  };
}

let made = 0;
export const freshTask = () => `task${(++made).toString().padStart(6, "0")}${Date.now().toString(36)}`;

/** The smallest picture there is to make. */
export const SMALL = TextToImageSchema.parse({
  func: "t2i",
  prompt: "a cat",
  negativePrompt: "",
  steps: 2,
  cfgScale: 7,
  width: 64,
  height: 64,
  imageNum: 1,
  seed: "",
});

export function ask(
  studio: Pick<Studio, "ctx">,
  service: string,
  count = 1,
  change: Partial<{ prompt: string; seed: string }> = {},
) {
  const requests = Array.from({ length: count }, () => ({ taskId: freshTask(), input: { ...SMALL, ...change } }));
  return submitGenerations(studio.ctx, { service, requests });
}

/** The generation once it has ended. */
export async function settled(ctx: Pick<Studio["ctx"], "db" | "oss">, taskId: string): Promise<Generation> {
  return vi.waitFor(
    async () => {
      const [row] = await ctx.db.select().from(generations).where(eq(generations.taskId, taskId));
      if (!row || isOpen(row.status)) throw new Error(`still ${row?.status ?? "absent"}`);
      return toGeneration(ctx, row);
    },
    { timeout: 15_000, interval: 50 },
  );
}
