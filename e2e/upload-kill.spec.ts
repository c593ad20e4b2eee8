import { createControlClient } from "@/lib/sandbox/control/client";
import { oss } from "./cloud";
import { expect } from "./fixtures";
import { test } from "./launching";
import { CLOUD, NOBODY, OWNER } from "./settings";
import { beginDeployment, prepareBucket } from "./steps";
import { everyByte, expectSums, give, MIB, partSent, writeModel } from "./uploads";

/* Console and cloud die in the middle of an upload and come back: the page that is open goes on by itself. */

test.use({ storageState: NOBODY });

test("an upload outlives a console and a cloud that were killed", async ({ launch, page }, testInfo) => {
  test.slow();
  const env = {
    EASEL_DATA: testInfo.outputPath("data"),
    EASEL_SETUP_CODE: "a-code-of-ours",
    EASEL_SANDBOX_ACCESS_KEY_ID: CLOUD.accessKeyId,
    EASEL_SANDBOX_ACCESS_KEY_SECRET: CLOUD.accessKeySecret,
  };
  const first = launch(env);
  const url = await first.ready();
  await expect.poll(() => first.output.out).toContain("access key secret");
  const portOf = (name: string) => new RegExp(`${name} +http://localhost:(\\d+)`).exec(first.output.out)?.[1] ?? "";

  await page.goto(url);
  await page.getByLabel("Set-up code").fill("a-code-of-ours");
  await page.getByLabel("Name or email").fill(OWNER.name);
  await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
  await page.getByLabel("Password, once more").fill(OWNER.password);
  await page.getByRole("button", { name: "Create owner account" }).click();
  await expect(page.getByRole("heading", { name: "Services", level: 1 })).toBeVisible();

  const bucket = "killed-in-the-middle";
  const folder = testInfo.outputPath("m");
  const paths = await writeModel(folder, 160 * MIB);
  const arrived: string[] = [];
  page.on("requestfinished", (request) => {
    const part = partSent(request);
    if (part) arrived.push(part);
  });
  await createControlClient(Number(portOf("control"))).add({
    kind: "bandwidth",
    parameters: { bytesPerSecond: 24 * MIB, direction: "request" },
    scope: { server: "oss" },
  });
  await beginDeployment(page, url);
  await prepareBucket(page, bucket);
  await give(page, folder);
  await expect.poll(() => arrived.length, { intervals: [50], timeout: 30_000 }).toBeGreaterThan(0);

  first.child.kill("SIGKILL");
  await first.exited;
  await expect(page.getByText(/waits? for another try/)).toBeVisible({ timeout: 30_000 });
  const ports = Object.fromEntries(
    ["OSS", "EAS", "GATEWAY", "STS", "CONTROL"].map((name) => [
      `EASEL_SANDBOX_${name}_PORT`,
      portOf(name.toLowerCase()),
    ]),
  );
  await launch({ ...env, ...ports, PORT: new URL(url).port }).ready();
  await expect(page.getByText(everyByte)).toBeVisible({ timeout: 90_000 });
  const client = oss(bucket, { ...CLOUD, ports: { oss: Number(portOf("oss")) } });
  await expectSums(bucket, "models/m/", folder, paths, client);
});
