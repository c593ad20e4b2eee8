import { control, createForeign, runningService } from "./cloud";
import { expect, expectAccessible, expectNoSideways, test } from "./fixtures";
import { fresh, makePicture } from "./steps";

const TABS = ["", "/playground", "/logs", "/call", "/configuration", "/versions", "/scaling", "/settings"];
const IMAGE = "registry-vpc.cn-hangzhou.aliyuncs.com/others/thing:1";

/** None has a command, flags or mounts of ours. */
const FOREIGN: [what: string, config: (name: string) => object][] = [
  [
    "a script of another image, the name in its old place, keys of the future",
    (name) => ({
      name,
      metadata: { name, instance: 1, from_the_future: { deep: [1, null] } },
      cloud: { computing: { instance_type: "ml.gu7i.c8m30.1-gu30" } },
      containers: [{ image: IMAGE, script: "python serve.py", port: 9000, env: [{ name: "HF_TOKEN", value: "hf_x" }] }],
      labels: { team: "others" },
    }),
  ],
  [
    "a queue, a group and machines in order of preference",
    (name) => ({
      metadata: { name, type: "Async", instance: 1, group: `${name}_group`, rpc: { rate_limit: 5 } },
      cloud: { computing: { instances: [{ type: "ml.gu7i.c8m30.1-gu30" }, { type: "ecs.gn6i-c4g1.xlarge" }] } },
      containers: [{ image: IMAGE, command: "run --all" }],
      storage: [{ mount_path: "/data", empty_dir: {} }],
    }),
  ],
];

for (const [what, config] of FOREIGN)
  test(`a service made elsewhere can be looked at from all sides: ${what}`, async ({ page }) => {
    test.slow();
    const name = fresh("foreign");
    await createForeign(name, config(name));
    for (const tab of TABS) {
      await page.goto(`/services/${name}${tab}`);
      await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
      await expect(page.getByRole("status", { name: "Loading" })).toHaveCount(0);
      await expect(page.getByText("Something went wrong")).toHaveCount(0);
      await expect(page.getByText("hf_x")).toHaveCount(0);
      await expectNoSideways(page);
      await expectAccessible(page);
    }
  });

test("a log of a hundred thousand lines and hundreds of events leave the page small and quick to search", async ({
  page,
}) => {
  test.slow();
  const name = fresh("chatty");
  await runningService(name);
  await control().makeNoise(name, { lines: 100_000, events: 200 });

  await page.goto(`/services/${name}/logs`);
  await page.getByRole("button", { name: "Show the whole log" }).click();
  const log = page.getByRole("log");
  await expect(log.getByText("request 100000 was answered")).toBeVisible({ timeout: 60_000 });
  await page.getByRole("searchbox", { name: "Search the log" }).fill("request 54321 ");
  await expect(log.getByText("request 54321 was answered")).toBeVisible();
  expect(await log.locator("[data-index]").count()).toBe(1);
  await page.getByRole("searchbox", { name: "Search the log" }).fill("");
  await expect(log.getByText("request 100000 was answered")).toBeVisible();
  expect(await page.locator("*").count()).toBeLessThan(1_500);

  await page.goto(`/services/${name}`);
  const timeline = page.getByRole("list", { name: "Timeline" });
  await expect(timeline.getByRole("listitem")).toHaveCount(30);
  const older = page.getByRole("button", { name: "Show older" });
  while (await older.isVisible()) await older.click();
  await expect.poll(() => timeline.getByRole("listitem").count()).toBeGreaterThan(200);
  await expect(timeline.getByText("Event 200 of 200")).toBeVisible();
  expect(await page.locator("*").count()).toBeLessThan(6_000);
});

test("a Chinese prompt goes through the queue as it was typed", async ({ page }) => {
  const name = fresh("chinese");
  await runningService(name, { isAsync: true, translates: true });
  await page.goto(`/services/${name}/playground`);
  await makePicture(page, "湖边的小屋，清晨的光 🏡");
});
