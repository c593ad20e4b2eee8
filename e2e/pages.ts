import { expect, type Page } from "@playwright/test";
import en from "@/lib/i18n/messages/en.json" with { type: "json" };
import zh from "@/lib/i18n/messages/zh-CN.json" with { type: "json" };
import { SETTINGS_SECTIONS } from "@/lib/paths";

/** Every page of the console for one who is signed in; the wizard's steps are gone through by their own stories. */
export const PLACES: { name: string; path: string }[] = [
  { name: "services", path: "/" },
  { name: "gallery", path: "/gallery" },
  { name: "models", path: "/models" },
  { name: "imports", path: "/models/import" },
  { name: "buckets", path: "/models/browse" },
  { name: "costs", path: "/costs" },
  { name: "deploy", path: "/deploy" },
  ...SETTINGS_SECTIONS.map((section) => ({ name: `settings-${section}`, path: `/settings/${section}` })),
  { name: "help", path: "/help" },
  { name: "not-found", path: "/no-such-page" },
  { name: "service-gone", path: "/services/no_such_service" },
];

export const servicePlaces = (service: string): { name: string; path: string }[] =>
  ["overview", "playground", "logs", "call", "configuration", "versions", "scaling", "settings"].map((tab) => ({
    name: `service-${tab}`,
    path: tab === "overview" ? `/services/${service}` : `/services/${service}/${tab}`,
  }));

/** Opens a page and waits until nothing on it is loading. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await settled(page);
}

/** The names of what stands in for content that is on its way, in both languages. */
const LOADING = [en, zh].flatMap(({ common, deploy }) => [
  common.loading,
  deploy.check.checking,
  deploy.service.loadingInstances,
]);

export async function settled(page: Page): Promise<void> {
  await expect(page.getByRole("heading").first()).toBeVisible();
  await expect(page.getByLabel(new RegExp(`^(${LOADING.join("|")})$`))).toHaveCount(0);
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
}
