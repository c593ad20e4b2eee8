// First of all, as in a server of Next: its modules look for what it brings when they are loaded.
import "next/dist/server/node-environment-baseline";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { SESSION_COOKIE } from "@/lib/auth/cookie";
import { keepFlow } from "@/lib/auth/oidc/oidc.server";
import { keepSession } from "@/lib/auth/session.server";
import { createSession } from "@/lib/auth/sessions";
import { systemClock } from "@/lib/clock";
import { store as consoleStore } from "@/lib/database.server";
import { users } from "@/lib/store/schema/auth";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import { route } from "./route.server";
import { callRoute } from "./testing-route";

const URL_BEHIND = "http://127.0.0.1:3000/api/testing";

describe("a write with the cookie of a person", () => {
  let store: TestStore;
  let cookie: string;
  beforeAll(async () => {
    store = await createTestStore();
    vi.stubEnv("DATABASE_URL", store.url);
    const person = { name: "mei", role: "owner", passwordHash: "-" } as const;
    const [user] = await store.db.insert(users).values(person).returning({ id: users.id });
    const token = await createSession(store.db, systemClock, user?.id ?? "", { address: "192.0.2.1", userAgent: "" });
    cookie = `${SESSION_COOKIE}=${token}`;
  });
  afterAll(async () => {
    await consoleStore().pool.end();
    await store.close();
    vi.unstubAllEnvs();
  });

  const METHODS = ["POST", "PUT", "PATCH", "DELETE"] as const;
  test.each(
    METHODS.flatMap((method) => [
      [method, "of another site", { origin: "https://evil.example" }, 403] as const,
      [method, "of no page", {}, 403] as const,
      [method, "of our own page", { origin: "https://easel.example" }, 200] as const,
    ]),
  )("%s %s", async (method, _, headers, status) => {
    const verb = vi.fn(async () => ({ done: true }));
    const handler = route(null, verb);
    const answer = await callRoute(handler, URL_BEHIND, {
      method,
      headers: { cookie, host: "easel.example", ...headers },
    });
    expect(answer.status).toBe(status);
    expect(verb).toHaveBeenCalledTimes(status === 200 ? 1 : 0);
    if (status === 403) expect(await answer.json()).toMatchObject({ code: "forbidden", params: { reason: "origin" } });
  });
});

describe("cookies that let somebody in", () => {
  const set = async (keep: () => Promise<void>, headers: Record<string, string>) => {
    const handler = async () => {
      await keep();
      return new Response();
    };
    const answer = await callRoute(handler, URL_BEHIND, {
      method: "POST",
      headers: { host: "easel.example", ...headers },
    });
    return answer.headers.getSetCookie()[0]?.split("; ").slice(1);
  };
  test.each([
    ["a session", () => keepSession("token"), "Path=/"],
    ["the way to a provider and back", () => keepFlow("flow"), "Path=/api/auth/oidc"],
  ])("%s: read by no script, sent by no other site, over TLS by TLS alone", async (_, keep, path) => {
    const plain = await set(keep, { "x-forwarded-proto": "http" });
    expect(plain).toEqual(expect.arrayContaining([path, "HttpOnly", "SameSite=lax"]));
    expect(plain).not.toContain("Secure");
    const overTls = await set(keep, { "x-forwarded-proto": "https" });
    expect(overTls).toEqual(expect.arrayContaining([path, "HttpOnly", "SameSite=lax", "Secure"]));
  });
});
