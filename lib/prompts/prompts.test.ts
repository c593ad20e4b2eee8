import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TextToImageSchema } from "@/lib/playground/input";
import { users } from "@/lib/store/schema/auth";
import { generations } from "@/lib/store/schema/generations";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import { deleteStyle, listStyles, saveStyle } from "./styles";
import { listUsedPrompts } from "./used-prompts";

let store: TestStore;
const people: Record<string, ReturnType<typeof contextOf>> = {};
beforeAll(async () => {
  store = await createTestStore();
  for (const name of ["mei", "lee"]) {
    const [row] = await store.db.insert(users).values({ name, role: "artist", passwordHash: "x" }).returning();
    people[name] = contextOf(row?.id ?? "", name);
  }
});
afterAll(() => store.close());

function contextOf(id: string, name: string, connectionId = "here") {
  return {
    db: store.db,
    clock: { now: () => 1_800_000_000_000, sleep: async () => undefined },
    connection: { id: connectionId },
    user: { id, name, role: "artist" as const },
  } as unknown as Parameters<typeof listUsedPrompts>[0] & Parameters<typeof saveStyle>[0];
}
const person = (name: string) => {
  const found = people[name];
  if (!found) throw new Error(name);
  return found;
};

describe("earlier prompts", () => {
  let made = 0;
  const ask = (name: string, prompt: string, negativePrompt = "", connectionId = "here") => {
    made++;
    return store.db.insert(generations).values({
      connectionId,
      service: `s${made % 2}`,
      userId: person(name).user.id,
      taskId: `prompt${made}`,
      status: "succeeded",
      input: TextToImageSchema.parse({ func: "t2i", prompt, negativePrompt }),
      createdAt: new Date(1_700_000_000_000 + made * 1000),
    });
  };
  beforeAll(async () => {
    await ask("mei", "a cat");
    await ask("mei", "月光下的小屋");
    await ask("mei", "a cat", "blurry");
    await ask("mei", "a cat");
    await ask("mei", "100% _wool_");
    await ask("lee", "a secret dog");
    await ask("mei", "elsewhere", "", "there");
  });

  test("are this person's of this connection, each once, the last used first", async () => {
    const used = await listUsedPrompts(person("mei"), { search: "" });
    expect(used.map(({ prompt, negativePrompt, count }) => [prompt, negativePrompt, count])).toEqual([
      ["100% _wool_", "", 1],
      ["a cat", "", 2],
      ["a cat", "blurry", 1],
      ["月光下的小屋", "", 1],
    ]);
    expect(used[1]?.lastUsedAt).toBe(new Date(1_700_000_004_000).toISOString());
  });

  test.each([
    ["CAT", 2],
    ["小屋", 1],
    ["blur", 1],
    ["0% _w", 1],
    ["%", 1],
    ["dog", 0],
  ])("searched for “%s”: %i", async (search, count) => {
    expect(await listUsedPrompts(person("mei"), { search })).toHaveLength(count);
  });
});

describe("styles", () => {
  const ink = { name: "Ink", prompt: "ink wash painting of {prompt}", negativePrompt: "photo" };

  test("are kept per person, by name, and changed in place", async () => {
    const saved = await saveStyle(person("mei"), ink);
    await saveStyle(person("mei"), { name: "Comic", prompt: "comic", negativePrompt: "" });
    await saveStyle(person("lee"), ink);
    expect((await listStyles(person("mei"))).map(({ name }) => name)).toEqual(["Comic", "Ink"]);
    await saveStyle(person("mei"), { ...saved, name: "Ink wash" });
    expect((await listStyles(person("mei"))).map(({ name }) => name)).toEqual(["Comic", "Ink wash"]);
    await deleteStyle(person("mei"), saved);
    expect((await listStyles(person("mei"))).map(({ name }) => name)).toEqual(["Comic"]);
    expect(await listStyles(person("lee"))).toMatchObject([ink]);
  });

  test("a second one of the same name is refused beside its field", async () => {
    await expect(saveStyle(person("lee"), ink)).rejects.toMatchObject({
      code: "conflict",
      params: { field: "name", rule: "playground.styles.taken" },
    });
  });

  test("those of others can be neither changed nor deleted", async () => {
    const [theirs] = await listStyles(person("lee"));
    if (!theirs) throw new Error("no style");
    await expect(saveStyle(person("mei"), { ...theirs, name: "Mine" })).rejects.toMatchObject({ code: "not_found" });
    await deleteStyle(person("mei"), theirs);
    expect(await listStyles(person("lee"))).toHaveLength(1);
  });
});
