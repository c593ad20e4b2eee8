import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, type Page } from "@playwright/test";
import { SETTINGS_SECTIONS } from "@/lib/paths";
import { createControlClient } from "@/lib/sandbox/control/client";
import { ACCOUNT, callEas, serviceConfig } from "@/lib/sandbox/eas/testing";
import { createClient } from "@/lib/sandbox/oss/testing";
import { baseModel } from "@/lib/sandbox/worker/testing/model";
import { type Start, test } from "./launching";
import { open, servicePlaces } from "./pages";
import { NOBODY } from "./settings";
import { makePicture } from "./steps";

/* Secrets with names of their own are planted wherever one can be, and looked for wherever one could come out. */

test.use({ storageState: NOBODY });

const CANARY = {
  accountSecret: ACCOUNT.accessKeySecret,
  password: "canary-password-7c1e",
  savedSecret: "canary-saved-secret-7c1e",
  webhook: "canary-webhook-path-7c1e",
  environment: "canary-environment-7c1e",
  registry: Buffer.from("me:canary-registry-7c1e").toString("base64"),
} as const;

const portOf = ({ output }: Start, name: string) =>
  Number(new RegExp(`${name} +http://localhost:(\\d+)`).exec(output.out)?.[1]);

/** Every answer of the console's own origin, and every line of the browser's console. */
function listen(page: Page, origin: string): { heard: { from: string; text: string }[]; all(): Promise<void> } {
  const heard: { from: string; text: string }[] = [];
  const reading: Promise<void>[] = [];
  page.on("response", (response) => {
    const type = response.headers()["content-type"] ?? "";
    // A stream has no end; what it tells is on the page.
    if (!response.url().startsWith(origin) || type.includes("event-stream") || type.startsWith("image/")) return;
    const read = response.text().then(
      (text) => void heard.push({ from: response.url(), text: `${JSON.stringify(response.headers())}\n${text}` }),
      // Of one that was left before it was read nothing came to the page.
      () => undefined,
    );
    reading.push(read);
  });
  page.on("console", (message) => heard.push({ from: "the browser's console", text: message.text() }));
  return { heard, all: async () => void (await Promise.all(reading)) };
}

test("no secret comes out: in pages, answers, scripts, logs, side-cars, the audit or a backup", async ({
  launch,
  page,
}, testInfo) => {
  test.slow();
  const data = testInfo.outputPath("data");
  const start = launch({
    EASEL_DATA: data,
    EASEL_SETUP_CODE: "a-code-of-ours",
    EASEL_SANDBOX_ACCESS_KEY_ID: ACCOUNT.accessKeyId,
    EASEL_SANDBOX_ACCESS_KEY_SECRET: ACCOUNT.accessKeySecret,
  });
  const url = await start.ready();
  const { heard, all } = listen(page, url);

  await page.goto(url);
  await page.getByLabel("Set-up code").fill("a-code-of-ours");
  await page.getByLabel("Name or email").fill("owner");
  await page.getByLabel("Password", { exact: true }).fill(CANARY.password);
  await page.getByLabel("Password, once more").fill(CANARY.password);
  await page.getByRole("button", { name: "Create owner account" }).click();
  await expect(page.getByRole("heading", { name: "Services", level: 1 })).toBeVisible();

  await page.goto(`${url}/settings/connections`);
  await page.getByRole("button", { name: "Add connection" }).click();
  const connection = page.getByRole("dialog", { name: "Add connection" });
  await connection.getByLabel("Name", { exact: true }).fill("Canary");
  await connection.getByLabel("AccessKey ID").fill("LTAI5tCanaryKey000000000");
  await connection.getByLabel("AccessKey Secret").fill(CANARY.savedSecret);
  await connection.getByRole("button", { name: "Save connection" }).click();
  await expect(connection).toBeHidden();

  await page.goto(`${url}/settings/notifications`);
  await page.getByRole("button", { name: "Add webhook" }).click();
  const webhook = page.getByRole("form", { name: "Add webhook" });
  await webhook.getByLabel("Name").fill("chat");
  await webhook.getByLabel("Address").fill(`https://hooks.example.com/${CANARY.webhook}`);
  await webhook.getByRole("button", { name: "Save webhook" }).click();
  // The secret that it is signed with is shown this once: what was heard until here may hold it.
  const once = page.getByRole("status").filter({ hasText: "The secret of chat" });
  const signing = (await once.getByText(/^[\w-]{43}$/).innerText()).trim();
  await once.getByRole("button", { name: "Close" }).click();
  await all();
  const beforeClosing = heard.length;

  const oss = createClient({ port: portOf(start, "oss") }, { ...ACCOUNT });
  await oss.putBucket("models");
  oss.useBucket("models");
  for (const [path, body] of Object.entries(baseModel())) await oss.put(`base/${path}`, Buffer.from(body));
  const config = serviceConfig("canary", {
    container: {
      command: "python /home/pai/app.py --func_name base --oss_save_dir oss://models/out/ --region hangzhou",
      env: [{ name: "API_SECRET", value: CANARY.environment }],
    },
    top: {
      dockerAuth: CANARY.registry,
      storage: [
        { mount_path: "/oss", oss: { path: "oss://models/base/" } },
        { mount_path: "/result", oss: { path: "oss://models/out/" } },
      ],
    },
  });
  expect((await callEas(portOf(start, "eas"), "POST", "/api/v2/services", config)).ok).toBe(true);
  const control = createControlClient(portOf(start, "control"));
  await expect
    .poll(async () => (await control.status()).services.find(({ name }) => name === "canary")?.status, {
      timeout: 30_000,
    })
    .toBe("Running");
  const described = await callEas(portOf(start, "eas"), "GET", "/api/v2/services/cn-hangzhou/canary");
  const { AccessToken: serviceToken } = (await described.json()) as { AccessToken: string };

  await page.goto(`${url}/services/canary/playground`);
  await makePicture(page, "a small bird in a mine");
  for (const place of servicePlaces("canary")) await open(page, `${url}${place.path}`);
  for (const section of SETTINGS_SECTIONS) await open(page, `${url}/settings/${section}`);
  for (const path of ["/", "/models", "/models/import", "/models/browse", "/deploy"]) await open(page, `${url}${path}`);
  // Refusals and failures say much.
  await page.request.post(`${url}/api/oss/uploads`, { data: "{", headers: { origin: url } });
  await control.add({ kind: "clock-skew", parameters: {}, scope: { server: "eas" } });
  await page.goto(`${url}/services/canary/call`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await control.reset();
  await all();

  const file = testInfo.outputPath("easel.sql.gz");
  const backup = launch({ EASEL_DATA: data }, [process.execPath, "lib/launcher/cli.mjs", "backup", file]);
  expect(await backup.exited, backup.output.err).toBe(0);
  const storage = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  const audit = await (await page.request.get(`${url}/api/audit/export?format=jsonl`)).text();
  const keys = ((await oss.listV2({ prefix: "out/" }, {})).objects ?? []).map(({ name }) => name);
  const texts = keys.filter((key) => key.endsWith(".json")).map(async (key) => String((await oss.get(key)).content));
  const sideCars = (await Promise.all(texts)).join("\n");
  expect(sideCars).toContain("a small bird in a mine");
  const places = [
    ...heard,
    { from: "the server's log", text: start.output.err },
    { from: "the store", text: gunzipSync(readFileSync(file)).toString("utf8") },
    { from: "the browser's storage", text: storage },
    { from: "the audit", text: audit },
    { from: "the side-cars", text: sideCars },
  ];
  expect(heard.length).toBeGreaterThan(50);
  const found = Object.entries({ ...CANARY, signing, serviceToken }).flatMap(([name, secret]) =>
    places
      .filter((_, at) => name !== "signing" || at >= beforeClosing)
      .filter(({ text }) => text.includes(secret))
      .map(({ from }) => `${name} in ${from.replace(url, "")}`),
  );
  expect(found).toEqual([]);
});
