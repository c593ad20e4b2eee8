import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createSecretBox } from "@/lib/auth/secret-box";
import { createManualClock } from "@/lib/clock";
import { parseEnv } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { connections } from "@/lib/store/schema/connections";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import { configuredConnections } from "./configured";
import { probeConnection } from "./probe";
import { deleteSaved, findSaved, listBucketDomains, saveConnection, type Vault } from "./saved";
import { SaveConnectionSchema } from "./schemas";
import { maskKeyId } from "./view";

describe("connections the process was started with", () => {
  const account = { EASEL_SANDBOX_ACCESS_KEY_ID: "id", EASEL_SANDBOX_ACCESS_KEY_SECRET: "secret" };
  const cloud = {
    ALIBABA_CLOUD_ACCESS_KEY_ID: "LTAI1",
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: "s",
    EASEL_REGION: "cn-beijing",
  };

  test("the embedded cloud by default, on loopback and by name", () => {
    expect(configuredConnections(parseEnv({ ...account, EASEL_SANDBOX_OSS_PORT: "9500" }))).toEqual([
      expect.objectContaining({
        id: "embedded",
        region: "cn-hangzhou",
        eas: { protocol: "http", host: "localhost:9101" },
        workspace: { protocol: "http", host: "localhost:9101" },
        sts: { protocol: "http", host: "localhost:9103" },
        oss: { protocol: "http", host: "localhost:9500", pathStyle: true },
        gatewayHosts: ["localhost:9102", "127.0.0.1:9102"],
      }),
    ]);
  });

  test("a real account takes its place, at its region's hosts", () => {
    expect(configuredConnections(parseEnv({ ...account, ...cloud }))).toEqual([
      expect.objectContaining({
        id: "environment",
        credentials: { accessKeyId: "LTAI1", accessKeySecret: "s", securityToken: undefined },
        eas: { protocol: "https", host: "pai-eas.cn-beijing.aliyuncs.com" },
        workspace: { protocol: "https", host: "aiworkspace.cn-beijing.aliyuncs.com" },
        sts: { protocol: "https", host: "sts.cn-beijing.aliyuncs.com" },
        oss: { protocol: "https", host: "oss-cn-beijing.aliyuncs.com", pathStyle: false },
        gatewayHosts: [".cn-beijing.pai-eas.aliyuncs.com"],
      }),
    ]);
  });

  test("both when asked for, none when there is none", () => {
    const ids = (env: Record<string, string>) => configuredConnections(parseEnv(env)).map(({ id }) => id);
    expect(ids({ ...account, ...cloud, EASEL_SANDBOX: "on" })).toEqual(["environment", "embedded"]);
    expect(ids({ ...account, EASEL_SANDBOX: "off" })).toEqual([]);
  });
});

describe("saved connections", () => {
  const box = createSecretBox(new Uint8Array(32).fill(1));
  const input = { name: "Team", region: "cn-shanghai", accessKeyId: "LTAI5tAbCdEf", accessKeySecret: "very-secret" };
  let store: TestStore;
  let vault: Vault;
  let userId: string;
  beforeAll(async () => {
    store = await createTestStore();
    vault = { db: store.db, box };
    const { rows } = await store.pool.query(
      "INSERT INTO users (name, role, password_hash) VALUES ('mei', 'owner', '') RETURNING id",
    );
    userId = rows[0].id;
  });
  afterAll(() => store.close());
  beforeEach(() => store.pool.query("TRUNCATE connections"));
  const save = (value: object) => saveConnection(vault, userId, SaveConnectionSchema.parse(value));

  test("lie sealed in the store and come back whole", async () => {
    const { id } = await save({ ...input, securityToken: "sts-token" });
    const rows = JSON.stringify(await store.db.select().from(connections));
    expect(rows).not.toMatch(/very-secret|sts-token/);
    expect(await findSaved(vault, id)).toMatchObject({
      kind: "saved",
      name: "Team",
      credentials: { accessKeyId: "LTAI5tAbCdEf", accessKeySecret: "very-secret", securityToken: "sts-token" },
      oss: { host: "oss-cn-shanghai.aliyuncs.com" },
    });
  });

  test("a change without a secret keeps it, but not for another key", async () => {
    const { id } = await save(input);
    await save({ ...input, id, name: "Other", accessKeySecret: "" });
    expect(await findSaved(vault, id)).toMatchObject({
      name: "Other",
      credentials: { accessKeySecret: "very-secret" },
    });
    await expect(save({ ...input, id, accessKeyId: "LTAI9", accessKeySecret: "" })).rejects.toMatchObject({
      code: "invalid_input",
      params: { field: "accessKeySecret" },
    });
  });

  test("a custom domain is kept with its bucket, listed for the pages, and gone when its fields are emptied", async () => {
    const { id } = await save({ ...input, domainHost: " Models.Example.com ", domainBucket: "team-models" });
    expect(await findSaved(vault, id)).toMatchObject({
      bucketDomain: { host: "models.example.com", bucket: "team-models" },
    });
    expect(await listBucketDomains(store.db)).toEqual([{ id, host: "models.example.com" }]);
    await save({ ...input, id, accessKeySecret: "", domainHost: "", domainBucket: "" });
    expect((await findSaved(vault, id))?.bucketDomain).toBeUndefined();
    expect(await listBucketDomains(store.db)).toEqual([]);
  });

  test("a value moved to another row, or another key file, opens nothing", async () => {
    const [one, two] = [await save(input), await save({ ...input, name: "Second" })];
    await store.pool.query(
      "UPDATE connections SET sealed = (SELECT sealed FROM connections WHERE id = $1) WHERE id = $2",
      [one.id, two.id],
    );
    await expect(findSaved(vault, two.id)).rejects.toMatchObject({ code: "invalid_credentials" });
    const other = { db: store.db, box: createSecretBox(new Uint8Array(32).fill(2)) };
    await expect(findSaved(other, one.id)).rejects.toMatchObject({ params: { rule: "connections.rules.keyLost" } });
  });

  test("only what exists can be found, changed or deleted", async () => {
    const { id } = await save(input);
    expect(await findSaved(vault, "embedded")).toBeUndefined();
    expect(await deleteSaved(store.db, "environment")).toBe(false);
    expect(await deleteSaved(store.db, id)).toBe(true);
    expect(await deleteSaved(store.db, id)).toBe(false);
    await expect(save({ ...input, id })).rejects.toMatchObject({ code: "not_found" });
  });
});

test.each(["cn-hangzhou.evil.example", "cn-hangzhou/x", "CN HANGZHOU", "@evil", "a-b#"])(
  "region %s is refused",
  (region) => {
    const parsed = SaveConnectionSchema.safeParse({ name: "x", region, accessKeyId: "a", accessKeySecret: "b" });
    expect(parsed.error?.issues[0]?.message).toBe("connections.rules.region");
  },
);

test("a test shows each side's own answer", async () => {
  const clock = createManualClock();
  const refusal = new AppError("permission_denied", {
    vendor: { code: "AccessDenied", requestId: "R-1", status: 403 },
  });
  const tested = await probeConnection(
    {
      eas: { listServices: async () => ({ totalCount: 3 }) },
      oss: { listBuckets: () => Promise.reject(refusal) },
    },
    clock,
  );
  expect(tested.eas).toEqual({ ok: true, count: 3, elapsedMs: 0 });
  expect(tested.oss).toMatchObject({
    ok: false,
    error: { code: "permission_denied", vendor: { code: "AccessDenied", requestId: "R-1" } },
  });
});

test("key ids are shown by their ends", () => {
  expect(maskKeyId("LTAI5tAbCdEf9876")).toBe("LTAI••••9876");
  expect(maskKeyId("short")).toBe("••••");
});

test.each([
  "https://a.example",
  "a.example/x",
  "a.example:80",
  "*.example.com",
  "a b.example",
  "example",
  "a.example; script-src *",
])("the custom domain %s is refused", (domainHost) => {
  const fields = { name: "x", region: "cn-hangzhou", accessKeyId: "a", accessKeySecret: "b", domainBucket: "models" };
  const parsed = SaveConnectionSchema.safeParse({ ...fields, domainHost });
  expect(parsed.error?.issues[0]).toMatchObject({ path: ["domainHost"], message: "connections.rules.domain" });
});
