import { expect, type Page } from "@playwright/test";
import { createControlClient } from "@/lib/sandbox/control/client";
import { ACCOUNT, callEas, serviceConfig } from "@/lib/sandbox/eas/testing";
import { createClient } from "@/lib/sandbox/oss/testing";
import { baseModel } from "@/lib/sandbox/worker/testing/model";
import { portOf, type Start, setUp, test } from "./launching";
import { NOBODY } from "./settings";
import {
  beginDeployment,
  deploy as deployFromReview,
  describeService,
  expectRunning,
  prepareBucket,
  uploadModel,
} from "./steps";

/* A console that is killed while it makes pictures, and the next one on the same data. */

test.use({ storageState: NOBODY });

async function deploy(start: Start, name: string, metadata: object): Promise<void> {
  const config = serviceConfig(name, {
    metadata,
    container: {
      command: "python /home/pai/app.py --func_name base --oss_save_dir oss://models/out/ --region hangzhou",
    },
    top: {
      storage: [
        { mount_path: "/oss", oss: { path: "oss://models/base/" } },
        { mount_path: "/result", oss: { path: "oss://models/out/" } },
      ],
    },
  });
  const response = await callEas(portOf(start, "eas"), "POST", "/api/v2/services", config);
  expect(response.ok).toBe(true);
  const control = createControlClient(portOf(start, "control"));
  const status = async () => (await control.status()).services.find((service) => service.name === name)?.status;
  await expect.poll(status, { timeout: 30_000 }).toBe("Running");
}

async function ask(page: Page, url: string, name: string): Promise<void> {
  await page.goto(`${url}/services/${name}/playground`);
  await page.getByLabel("Prompt", { exact: true }).fill(`a gift for ${name}`);
  await page.getByRole("button", { name: "Generate" }).click();
  await expect(page.getByRole("region", { name: "Result" }).getByText("Being drawn", { exact: true })).toBeVisible();
}

async function expectOnePicture(page: Page, url: string, name: string): Promise<void> {
  await page.goto(`${url}/services/${name}/playground`);
  const picture = page.getByRole("region", { name: "Result" }).getByRole("img", { name: `a gift for ${name}` });
  await expect(picture).toBeVisible({ timeout: 60_000 });
  await expect.poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(512);
  await expect(page.getByRole("region", { name: "History" }).getByRole("listitem")).toHaveCount(1);
}

test("killed in the middle of a call and of a queue, it makes each picture once after the next start", async ({
  launch,
  page,
}, testInfo) => {
  test.slow();
  const env = {
    EASEL_DATA: testInfo.outputPath("data"),
    EASEL_SETUP_CODE: "a-code-of-ours",
    EASEL_SANDBOX_ACCESS_KEY_ID: ACCOUNT.accessKeyId,
    EASEL_SANDBOX_ACCESS_KEY_SECRET: ACCOUNT.accessKeySecret,
  };
  const first = launch(env);
  const url = await first.ready();
  await expect.poll(() => first.output.out).toContain("access key secret");
  await setUp(page, url);
  const oss = createClient({ port: portOf(first, "oss") }, { ...ACCOUNT });
  await oss.putBucket("models");
  oss.useBucket("models");
  for (const [path, body] of Object.entries(baseModel())) await oss.put(`base/${path}`, Buffer.from(body));
  await deploy(first, "answers_itself", {});
  await deploy(first, "has_a_queue", { type: "Async" });

  // One picture is drawn and its answer takes for ever; the other's finds no room in the queue of answers.
  const control = createControlClient(portOf(first, "control"));
  await control.add({
    kind: "bandwidth",
    parameters: { bytesPerSecond: 1, direction: "answer" },
    scope: { server: "gateway", path: "/api/predict/answers_itself*" },
  });
  await control.add({ kind: "queue-full", parameters: { queue: "sink" }, scope: { service: "has_a_queue" } });
  await ask(page, url, "answers_itself");
  await ask(page, url, "has_a_queue");
  const pictures = async () => (await oss.listV2({ prefix: "out/result/" }, {})).objects?.length ?? 0;
  await expect.poll(pictures, { timeout: 30_000 }).toBe(2);
  first.child.kill("SIGKILL");
  await first.exited;

  const second = launch({ ...env, PORT: new URL(url).port });
  expect(await second.ready()).toBe(url);
  await expectOnePicture(page, url, "answers_itself");
  await expectOnePicture(page, url, "has_a_queue");
});

test("killed in the middle of a deployment, it follows it to the first picture, and the open page with it", async ({
  launch,
  page,
}, testInfo) => {
  test.slow();
  const env = {
    EASEL_DATA: testInfo.outputPath("data"),
    EASEL_SETUP_CODE: "a-code-of-ours",
    // As slow as people see it, so that there is a middle.
    EASEL_SANDBOX_SPEED: "1",
  };
  const first = launch(env);
  const url = await first.ready();
  await expect.poll(() => first.output.out).toContain("access key secret");
  await setUp(page, url);
  await beginDeployment(page, url);
  await prepareBucket(page, "killed-deployment");
  await page.getByRole("radio", { name: /Sample model/ }).click();
  await uploadModel(page);
  await describeService(page, "killed_deployment");
  await deployFromReview(page, "killed_deployment");
  const way = page.getByRole("list", { name: "Way to the first picture" });
  await expect(way).toBeVisible();
  first.child.kill("SIGKILL");
  await first.exited;
  await expect(
    page
      .getByRole("status")
      .filter({ hasText: /connection|server/i })
      .first(),
  ).toBeVisible();

  const ports = Object.fromEntries(
    ["OSS", "EAS", "GATEWAY", "STS", "CONTROL"].map((name) => [
      `EASEL_SANDBOX_${name}_PORT`,
      String(portOf(first, name.toLowerCase())),
    ]),
  );
  await launch({ ...env, ...ports, PORT: new URL(url).port }).ready();
  await expectRunning(page);
  const proof = page.getByRole("img", { name: "a small house by a lake, morning light" });
  await expect(proof).toBeVisible({ timeout: 60_000 });
});
