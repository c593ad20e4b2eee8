import { createControlClient } from "@/lib/sandbox/control/client";
import { createBucket } from "../cloud";
import { expect, test } from "../fixtures";
import { CLOUD, NOBODY, OWNER } from "../settings";
import { beginDeployment, bucketNameOf, chooseBucket, fresh, inviteByLink, joinByLink } from "../steps";
import { begin, everyByte, expectEqual, give, LARGE_ONLY, MIB, partSent, writeModel } from "../uploads";

/* Networks that go, lines that crawl, tabs and people that meet: nothing is lost and nothing mixed. */

const control = createControlClient(CLOUD.ports.control);

test.use({ tolerated: /Failed to load resource: net::ERR_INTERNET_DISCONNECTED/ });

test("without a network the upload waits, and goes on by itself", async ({ page, context }, testInfo) => {
  const bucket = bucketNameOf(fresh("offline"));
  await createBucket(bucket);
  const folder = testInfo.outputPath("m");
  const paths = await writeModel(folder, 160 * MIB);
  const sent: string[] = [];
  page.on("requestfinished", (request) => {
    const part = partSent(request);
    if (part) sent.push(part);
  });
  const slow = await control.add({
    kind: "bandwidth",
    parameters: { bytesPerSecond: 24 * MIB, direction: "request" },
    scope: { server: "oss", bucket },
  });
  await begin(page, bucket, folder);
  await expect.poll(() => sent.length, { intervals: [50] }).toBeGreaterThan(0);
  await context.setOffline(true);
  await expect(page.getByText(/waits? for another try/)).toBeVisible();
  await control.remove(slow.id);
  await context.setOffline(false);
  await expectEqual(page, bucket, folder, paths);
});

test("a slow line is told as it is; pause, resume, skip one and bring it after all", async ({ page }, testInfo) => {
  const bucket = bucketNameOf(fresh("slow"));
  await createBucket(bucket);
  const folder = testInfo.outputPath("m");
  const paths = await writeModel(folder, 40 * MIB);
  const large = paths.at(-1) ?? "";
  const slow = await control.add({
    kind: "bandwidth",
    parameters: { bytesPerSecond: 2 * MIB, direction: "request" },
    scope: { server: "oss", bucket },
  });
  await begin(page, bucket, folder);
  const bar = page.getByRole("progressbar", { name: "Upload progress" });
  await expect(bar).toHaveAttribute("aria-valuetext", /on the way · [\d.,]+ [kM]B\/s · .* left/);
  // Bytes count when OSS has confirmed them, not when they have left.
  expect(await bar.getAttribute("aria-valuetext")).toMatch(/^[\d.,]+ (byte|[kK]?B) of /);
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(page.getByText("Upload paused").first()).toBeVisible();
  await page.getByRole("button", { name: "Resume" }).click();
  await page.getByText(`${paths.length} files`, { exact: true }).click();
  await page.getByRole("button", { name: `Leave ${large} out` }).click();
  await control.remove(slow.id);
  await expect(page.getByText("Upload finished").first()).toBeVisible();
  await expect(page.getByText(everyByte)).toBeVisible();
  await page.getByRole("button", { name: `Try ${large} again` }).click();
  await expect(page.getByText(everyByte)).toBeHidden();
  await expectEqual(page, bucket, folder, paths);
});

test("a second tab of the same browser is kept out of the folder until the first is gone", async ({
  page,
  context,
}, testInfo) => {
  const bucket = bucketNameOf(fresh("tabs"));
  await createBucket(bucket);
  const folder = testInfo.outputPath("m");
  const paths = await writeModel(folder, 20 * MIB);
  const stuck = await control.add({ kind: "vendor-error", scope: { ...LARGE_ONLY, bucket } });
  await begin(page, bucket, folder);
  await expect(page.getByText(/waits? for another try/)).toBeVisible();

  const second = await context.newPage();
  await second.goto(page.url());
  await give(second, folder);
  await expect(second.getByText("Another tab of this browser is uploading into this folder")).toBeVisible();
  await page.close();
  await control.remove(stuck.id);
  await second.getByRole("button", { name: /^Upload model/ }).click();
  await expectEqual(second, bucket, folder, paths);
});

test("a second person is told who is at it, and may go on regardless", async ({ page, browser }, testInfo) => {
  const bucket = bucketNameOf(fresh("people"));
  await createBucket(bucket);
  const folder = testInfo.outputPath("m");
  const paths = await writeModel(folder, 20 * MIB);
  const mate = { name: fresh("mate"), password: "seven green river stones" };
  const link = await inviteByLink(page, "Deployer", mate.name);
  const other = await browser.newContext({ storageState: NOBODY });
  const theirs = await other.newPage();
  await joinByLink(theirs, link, mate);
  const stuck = await control.add({ kind: "vendor-error", scope: { ...LARGE_ONLY, bucket } });
  await begin(page, bucket, folder);
  await expect(page.getByText(/waits? for another try/)).toBeVisible();

  await beginDeployment(theirs);
  await chooseBucket(theirs, bucket);
  await give(theirs, folder);
  const notice = theirs.getByRole("alert").filter({ hasText: `${OWNER.name} is uploading into this folder right now` });
  await expect(notice).toBeVisible();
  await control.remove(stuck.id);
  await notice.getByRole("button", { name: "Upload anyway" }).click();
  await expectEqual(theirs, bucket, folder, paths);
  await expectEqual(page, bucket, folder, paths);
  await other.close();
});
