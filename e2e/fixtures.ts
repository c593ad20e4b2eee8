import AxeBuilder from "@axe-core/playwright";
import { test as base, expect, type Page } from "@playwright/test";
import { leaveNothing } from "./cloud";

/** What a page may not do in any story: write an error to the console, leave one unhandled, or break its own policy. */
const TOLERATED = [
  // The browser's own note about an answer that the story asked for (a refused sign-in, a stopped service).
  /Failed to load resource: the server responded with a status of (4\d\d|503)/,
  // Nor about a connection that the story broke.
  /Failed to load resource: net::ERR_CONNECTION_RESET/,
];

/** What a story brings about on purpose is named by the story itself. */
export const test = base.extend<{ clean: undefined; left: undefined; tolerated: RegExp | undefined }>({
  tolerated: [undefined, { option: true }],
  // Before `clean`, so that its pages are closed when it ends.
  left: [
    // biome-ignore lint/correctness/noEmptyPattern: a fixture names what it needs
    async ({}, use) => {
      await use(undefined);
      // A fault that another story has put in may be in the way for a while.
      await expect(leaveNothing).toPass({ timeout: 30_000 });
    },
    { auto: true, timeout: 60_000 },
  ],
  clean: [
    async ({ context, tolerated }, use) => {
      const expected = tolerated ? [...TOLERATED, tolerated] : TOLERATED;
      const problems: string[] = [];
      context.on("console", (message) => {
        if (message.type() === "error" && !expected.some((pattern) => pattern.test(message.text()))) {
          problems.push(message.text());
        }
      });
      // What a policy forbids is not always written to the console, so the page itself does.
      await context.addInitScript(() => {
        document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sourceFile }) => {
          console.error(`content security policy: ${effectiveDirective} ${blockedURI} ${sourceFile}`);
        });
      });
      context.on("weberror", (error) => problems.push(String(error.error())));
      await use(undefined);
      expect(problems).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** No violation of WCAG 2.2 A/AA on the page as it stands. */
export async function expectAccessible(page: Page): Promise<void> {
  await expectNoViolation(axeOn(page).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]));
}

/** Accessible, readable in the other theme too, and nothing beside the window. */
export async function expectSound(page: Page, name: string): Promise<void> {
  await test.step(name, async () => {
    await expectAccessible(page);
    await expectNoSideways(page);
    const isDark = await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches);
    await page.emulateMedia({ colorScheme: isDark ? "light" : "dark" });
    await expectNoViolation(axeOn(page).withRules(["color-contrast"]));
    await page.emulateMedia({ colorScheme: isDark ? "dark" : "light" });
  });
}

// Without frames there is nothing to put together on a second page.
const axeOn = (page: Page) => new AxeBuilder({ page }).setLegacyMode(true);

async function expectNoViolation(axe: AxeBuilder): Promise<void> {
  const { violations } = await axe.analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`)).toEqual(
    [],
  );
}

/** The page as a whole fits its window; tables and logs may scroll within themselves. */
export async function expectNoSideways(page: Page): Promise<void> {
  const [needed, given] = await page.evaluate(() => {
    const root = document.scrollingElement;
    return [root?.scrollWidth ?? 0, root?.clientWidth ?? 0];
  });
  expect(needed, "width of the page's content").toBeLessThanOrEqual(given);
}
