import { gzipSync } from "node:zlib";
import type { Page, Request } from "@playwright/test";
import { runningService } from "./cloud";
import { expect, test } from "./fixtures";
import { open, PLACES, servicePlaces } from "./pages";
import { CONSOLE_URL, NOBODY } from "./settings";
import { fresh } from "./steps";

/* How much script each page costs a browser that comes for the first time. Bytes are the same on every machine. */

/** What the document asks for, and what the page asks for after it until it asks for no more; compressed. */
const BUDGET_BYTES = 200_000;

/**
 * Pages whose heaviest part comes after the page is there, while its place is held, and how much it may be with that part: a
 * form of many fields, or the rules, the parser and the form of a configuration.
 */
const WITH_HEAVY_PART: Record<string, number> = {
  deploy: 210_000,
  // Thousands of rows of which few are drawn, laid by the shapes of their pictures.
  gallery: 203_000,
  "service-playground": 225_000,
  "service-configuration": 228_000,
  "service-scaling": 212_000,
  "service-settings": 207_000,
};

// What Next fetches ahead for linked pages is theirs, not this one's; for crawlers it fetches nothing ahead.
test.use({ userAgent: "Mozilla/5.0 (compatible; Googlebot/2.1)" });

const isScript = (request: Request) => request.resourceType() === "script";

async function weigh(page: Page, path: string): Promise<{ first: number; whole: number }> {
  const scripts = new Set<string>();
  let underWay = 0;
  page.on("request", (request) => {
    if (!isScript(request)) return;
    scripts.add(request.url());
    underWay++;
  });
  const settle = (request: Request) => {
    if (isScript(request)) underWay--;
  };
  page.on("requestfinished", settle);
  page.on("requestfailed", settle);
  await open(page, path);
  let before = -1;
  const isQuiet = () => {
    const quiet = underWay === 0 && scripts.size === before;
    before = scripts.size;
    return quiet;
  };
  await expect.poll(isQuiet, { intervals: [1000], timeout: 30_000 }).toBe(true);
  const html = await (await page.request.get(page.url())).text();
  const named = new Set([...html.matchAll(/<script[^>]* src="([^"]+)"/g)].map(([, src]) => `${CONSOLE_URL}${src}`));
  const sizes = await Promise.all(
    [...scripts].map(async (url) => ({ url, bytes: gzipSync(await (await page.request.get(url)).body()).length })),
  );
  const sum = (list: typeof sizes) => list.reduce((total, { bytes }) => total + bytes, 0);
  return { first: sum(sizes.filter(({ url }) => named.has(url))), whole: sum(sizes) };
}

/** Each in a tab of its own, whose listeners hear of no other page. */
async function expectLight(page: Page, places: readonly { name: string; path: string }[]): Promise<void> {
  const tooHeavy: string[] = [];
  for (const { name, path } of places) {
    const tab = await page.context().newPage();
    const { first, whole } = await weigh(tab, path);
    await tab.close();
    const most = WITH_HEAVY_PART[name] ?? BUDGET_BYTES;
    if (first > BUDGET_BYTES) tooHeavy.push(`${name}: its document asks for ${first}`);
    if (whole > most) tooHeavy.push(`${name}: ${whole} in all, more than ${most}`);
  }
  expect(tooHeavy).toEqual([]);
}

test("no page asks for more script than its budget", async ({ page }) => {
  test.slow();
  const name = fresh("weighed");
  await runningService(name);
  await expectLight(page, [...PLACES, ...servicePlaces(name)]);
});

test.describe("signed out", () => {
  test.use({ storageState: NOBODY });

  test("nor does the sign-in page", async ({ page }) => {
    await expectLight(page, [{ name: "sign-in", path: "/sign-in" }]);
  });
});

test("a live stream is refused to a page of another release", async ({ page }) => {
  const name = fresh("released");
  await runningService(name);
  const opened = page.waitForRequest(/\/live\?/);
  await page.goto(`/services/${name}`);
  const address = new URL((await opened).url());
  expect(address.searchParams.get("release")).toMatch(/^[0-9a-f]{16}$/);
  address.searchParams.set("release", "another");
  expect((await page.request.get(address.href)).status()).toBe(409);
});
