import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { createControlClient } from "@/lib/sandbox/control/client";
import { createBucket, oss } from "../cloud";
import { expect, test } from "../fixtures";
import { CLOUD } from "../settings";
import { bucketNameOf, fresh, uploadButton } from "../steps";
import { begin, expectEqual, give, LARGE_ONLY, MIB, partSent, writeModel } from "../uploads";

/* The line breaks, signatures run out, the page goes away: at the end every object equals its source. */

const control = createControlClient(CLOUD.ports.control);

async function timesIn(bucket: string): Promise<[string, string][]> {
  const { objects = [] } = await oss(bucket).listV2({ "max-keys": "1000" }, {});
  return objects.map(({ name, lastModified }) => [name, lastModified]);
}

test("a page that is reloaded in the middle goes on where OSS is, and sends nothing twice", async ({
  page,
}, testInfo) => {
  const bucket = bucketNameOf(fresh("reloaded"));
  await createBucket(bucket);
  const folder = testInfo.outputPath("m");
  const parts = 8;
  const paths = await writeModel(folder, parts * 16 * MIB);
  const arrived = new Set<string>();
  page.on("response", (response) => {
    const part = partSent(response.request());
    if (part && response.ok()) arrived.add(part);
  });

  const scope = { ...LARGE_ONLY, bucket };
  const parameters = { status: 503, code: "ServiceUnavailable", message: "Please reduce your request rate." };
  // First some parts come through, then none.
  const some = await control.add({ kind: "vendor-error", parameters, scope, rate: 0.7, seed: 11 });
  await begin(page, bucket, folder);
  await expect.poll(() => arrived.size, { intervals: [50] }).toBeGreaterThan(0);
  const all = await control.add({ kind: "vendor-error", parameters, scope });
  await expect(page.getByText(/waits? for another try/)).toBeVisible();
  await expect(page).toHaveTitle(/^\d+% · /);
  const before = arrived.size;
  expect(before).toBeLessThan(parts);

  const asked = page.waitForEvent("dialog").then(async (dialog) => {
    await dialog.accept();
    return dialog.type();
  });
  await page.reload();
  expect(await asked).toBe("beforeunload");
  const there = new Map(await timesIn(bucket));
  for (const { id } of [some, all]) await control.remove(id);
  await expect(page.getByText("The upload of this model did not finish")).toBeVisible();

  const again: string[] = [];
  page.on("request", (request) => {
    const part = partSent(request);
    if (part) again.push(part);
  });
  await give(page, folder);
  await expectEqual(page, bucket, folder, paths);
  // What was there is as it was, and no part was sent that OSS had.
  expect((await timesIn(bucket)).filter(([key]) => there.has(key))).toEqual([...there]);
  expect(again.length).toBeLessThanOrEqual(parts - before);
});

test("a line that breaks and signatures that run out cost time, not bytes", async ({ page }, testInfo) => {
  const bucket = bucketNameOf(fresh("rough"));
  await createBucket(bucket);
  const folder = testInfo.outputPath("m");
  const paths = await writeModel(folder, 40 * MIB);
  const scope = { server: "oss", bucket } as const;
  const faults = [
    await control.add({
      kind: "reset",
      parameters: { afterBytes: 200, direction: "request" },
      scope,
      rate: 0.1,
      seed: 5,
    }),
    await control.add({ kind: "expired-credentials", parameters: { what: "url" }, scope, times: 3 }),
  ];
  await begin(page, bucket, folder);
  await expect(page.getByText("Upload finished").first()).toBeVisible({ timeout: 60_000 });
  for (const { id } of faults) await control.remove(id).catch(() => undefined);
  await expectEqual(page, bucket, folder, paths);
});

test("after a reload one click brings the folder back, where the browser keeps it, and a changed file is sent anew", async ({
  page,
}, testInfo) => {
  const bucket = bucketNameOf(fresh("kept"));
  await createBucket(bucket);
  const folder = testInfo.outputPath("m");
  const paths = await writeModel(folder, 40 * MIB);
  const stuck = await control.add({ kind: "vendor-error", scope: { ...LARGE_ONLY, bucket } });
  await begin(page, bucket, folder);
  await expect(page.getByText(/waits? for another try/)).toBeVisible();
  page.once("dialog", (dialog) => void dialog.accept());
  await page.reload();
  await control.remove(stuck.id);
  await expect(page.getByText("The upload of this model did not finish")).toBeVisible();
  const before = new Map(await timesIn(bucket));
  await appendFile(join(folder, "translate/configuration.json"), "\n");

  await page.getByRole("button", { name: "Use “m” again" }).click();
  await expect(page.getByText(/Will load as SD 1\.5/)).toBeVisible();
  await page.getByLabel("Model name").fill("m");
  await uploadButton(page).click();
  await expectEqual(page, bucket, folder, paths);
  const changed = (await timesIn(bucket)).filter(([key, time]) => before.has(key) && before.get(key) !== time);
  expect(changed.map(([key]) => key)).toEqual(["models/m/translate/configuration.json"]);
});
