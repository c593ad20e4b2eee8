import { afterEach, expect, test, vi } from "vitest";

afterEach(() => vi.unstubAllGlobals());

const KEPT = new Map<string, string>();
const STORAGE = {
  getItem: (key: string) => KEPT.get(key) ?? null,
  setItem: (key: string, value: string) => KEPT.set(key, value),
};

/** Another tab of the same browser: what it keeps is shared, what its page made is not. */
async function openTab(locks: boolean) {
  vi.stubGlobal("navigator", locks ? { locks: {} } : {});
  vi.stubGlobal("localStorage", STORAGE);
  vi.resetModules();
  return import("./device");
}

test("tabs that cannot see each other's locks have names of their own, which they keep", async () => {
  const [one, other] = [await openTab(false), await openTab(false)];
  expect(one.deviceName()).toMatch(/^[0-9a-z]{12,64}$/);
  expect(other.deviceName()).not.toBe(one.deviceName());
  expect(one.deviceName()).toBe(one.deviceName());
});

test("tabs that locks keep apart are one browser to the server", async () => {
  const [one, other] = [await openTab(true), await openTab(true)];
  expect(one.deviceName()).toMatch(/^[0-9a-z]{12,64}$/);
  expect(other.deviceName()).toBe(one.deviceName());
});
