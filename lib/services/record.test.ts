import { afterAll, beforeAll, expect, it } from "vitest";
import { createManualClock } from "@/lib/clock";
import { configuredConnections } from "@/lib/connections/configured";
import { parseEnv } from "@/lib/env";
import en from "@/lib/i18n/messages/en.json";
import { auditEntries } from "@/lib/store/schema/audit";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import { recordDeed, SERVICE_DEEDS } from "./record";

let store: TestStore;
beforeAll(async () => {
  store = await createTestStore();
});
afterAll(() => store.close());

it("a deed of a program is told from one of the person's own", async () => {
  const person = { id: "7f6bd6c5-52f4-4f09-9a2b-000000000001", name: "mei", role: "deployer" } as const;
  const [connection] = configuredConnections(parseEnv({ EASEL_CREDENTIALS: "chain", EASEL_REGION: "cn-hangzhou" }));
  if (!connection) throw new Error("no connection");
  const ctx = { db: store.db, clock: createManualClock(), connection, address: "192.0.2.7" };
  await recordDeed({ ...ctx, user: person }, "services.stop", "own");
  await recordDeed({ ...ctx, user: { ...person, via: "nightly" } }, "services.stop", "theirs");
  const written = await store.db.select().from(auditEntries).orderBy(auditEntries.id);
  expect(written.map(({ target, details }) => [target, details])).toEqual([
    ["own", {}],
    ["theirs", { token: "nightly" }],
  ]);
});

it.each(SERVICE_DEEDS)("%s has its sentence in the service's story", (deed) => {
  const texts: Record<string, string> = en.services.timeline.action;
  expect(texts[deed.replace("services.", "")]).toContain("{by}");
});
