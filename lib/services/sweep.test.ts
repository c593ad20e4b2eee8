import { describe, expect, it } from "vitest";
import { createManualClock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import { aService } from "./fixtures";
import { mergeList } from "./merge-list";
import { createServiceSweeps } from "./sweep";
import { type ServiceListItem, toServiceSummary } from "./view";

const place = (id: string) =>
  ({ id, region: "r", eas: { host: "h" }, credentials: { accessKeyId: "k" } }) as Connection;
const item = (name: string, status = "Running"): ServiceListItem => toServiceSummary(aService({ name, status }));

function setUp(...names: string[]) {
  const clock = createManualClock();
  const sweeps = createServiceSweeps(clock);
  const cloud = { items: names.map((name) => item(name)), asked: 0 };
  const read = (known?: { epoch: string; revision: number }, id = "c") =>
    sweeps.read(
      place(id),
      async () => {
        cloud.asked++;
        return cloud.items;
      },
      known,
    );
  return { clock, sweeps, cloud, read };
}

describe("one sweep for all", () => {
  it.each([
    ["few", 1, 900, 200],
    ["thousands of", 3000, 7000, 1500],
  ])("of %s services is shared by who asks meanwhile and shortly after", async (_, count, shared, later) => {
    const { clock, cloud, read } = setUp(...Array.from({ length: count }, (_, index) => `s${index}`));
    await Promise.all([read(), read(), read()]);
    await clock.advance(shared);
    await read();
    expect(cloud.asked).toBe(1);
    await clock.advance(later);
    await read();
    expect(cloud.asked).toBe(2);
  });

  it("is repeated sooner while something moves", async () => {
    const names = Array.from({ length: 3000 }, (_, index) => `s${index}`);
    const { clock, cloud, read } = setUp(...names);
    cloud.items = names.map((name, index) => item(name, index === 0 ? "Waiting" : "Running"));
    await read();
    await clock.advance(2500);
    await read();
    expect(cloud.asked).toBe(2);
  });

  it("is repeated at once after somebody acted, for that connection only", async () => {
    const { clock, sweeps, cloud, read } = setUp("a");
    await Promise.all([read(), read(undefined, "other")]);
    sweeps.poke(place("c"));
    await clock.advance(1);
    await Promise.all([read(), read(undefined, "other")]);
    expect(cloud.asked).toBe(3);
  });

  it("fails for all who wait, and is tried again by the next", async () => {
    const { sweeps, read } = setUp("a");
    const broken = async (): Promise<ServiceListItem[]> => {
      throw new Error("no");
    };
    const both = await Promise.allSettled([sweeps.read(place("c"), broken), sweeps.read(place("c"), broken)]);
    expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect((await read()).totalCount).toBe(1);
  });
});

describe("what changed since", () => {
  it("is told and put into what the page has", async () => {
    const { clock, cloud, read } = setUp("a", "b", "c");
    const first = await read();
    expect(first.since).toBeUndefined();
    cloud.items = [item("new"), item("a"), item("b", "Stopped")];
    await clock.advance(10_000);
    const news = await read(first);
    expect(news.items.map(({ name }) => name).sort()).toEqual(["b", "new"]);
    expect(news.removed).toEqual(["c"]);
    const merged = mergeList(first, news);
    expect(merged.items.map(({ name, status }) => `${name} ${status}`)).toEqual([
      "new Running",
      "a Running",
      "b Stopped",
    ]);
    // What did not change is the same object: nothing has to be drawn again.
    expect(merged.items[1]).toBe(first.items[0]);
  });

  it("is nothing most of the time", async () => {
    const { clock, read } = setUp("a");
    const first = await read();
    await clock.advance(10_000);
    const news = await read(first);
    expect(news).toMatchObject({ items: [], removed: [], revision: first.revision, totalCount: 1 });
    expect(mergeList(first, news).items).toBe(first.items);
  });

  it("is all where the reader comes from another process", async () => {
    const { read } = setUp("a", "b");
    await read();
    const all = await read({ epoch: "another", revision: 1 });
    expect(all.since).toBeUndefined();
    expect(mergeList({ ...all, items: [item("gone")] }, all).items).toHaveLength(2);
  });

  it("takes up a service again that was gone", async () => {
    const { clock, cloud, read } = setUp("a");
    const first = await read();
    cloud.items = [];
    await clock.advance(10_000);
    await read(first);
    cloud.items = [item("a")];
    await clock.advance(10_000);
    expect(await read(first)).toMatchObject({ items: [{ name: "a" }], removed: [] });
  });
});

it("a role whose keys were renewed is still the same account, other keys that were typed are not", async () => {
  const sweeps = createServiceSweeps(createManualClock());
  const asked: string[] = [];
  const read = (accessKeyId: string, chained?: boolean) =>
    sweeps.read({ ...place("c"), chained, credentials: { accessKeyId, accessKeySecret: "s" } }, async () => {
      asked.push(accessKeyId);
      return [];
    });
  await read("STS.1", true);
  await read("STS.2", true);
  await read("LTAI1");
  await read("LTAI2");
  expect(asked).toEqual(["STS.1", "LTAI1", "LTAI2"]);
});
