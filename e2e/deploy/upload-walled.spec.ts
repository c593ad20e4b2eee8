import { createBucket } from "../cloud";
import { expect, test } from "../fixtures";
import { beginDeployment, bucketNameOf, chooseBucket, fresh } from "../steps";
import { expectEqual, give, MIB, writeModel } from "../uploads";

/* A browser whose network lets only the console through. */

test.use({
  tolerated: /net::ERR_NAME_NOT_RESOLVED/,
  // The bucket is addressed by this name, the console by its number.
  launchOptions: async ({ launchOptions }, use) => {
    const args = [...(launchOptions.args ?? []), "--host-resolver-rules=MAP localhost ~NOTFOUND"];
    await use({ ...launchOptions, args });
  },
});

test("a bucket that the browser does not reach is written to through the console", async ({ page }, testInfo) => {
  const bucket = bucketNameOf(fresh("walled"));
  await createBucket(bucket);
  const folder = testInfo.outputPath("m");
  const paths = await writeModel(folder, 20 * MIB);
  await beginDeployment(page);
  await chooseBucket(page, bucket);
  await give(page, folder);
  const notice = page.getByRole("alert").filter({ hasText: "This browser does not reach the bucket" });
  await notice.getByRole("button", { name: "Test again" }).click();
  await notice.getByRole("button", { name: "Send through the console (slower)" }).click();
  await expect(page.getByText("Sending through the console: slower")).toBeVisible();
  await expectEqual(page, bucket, folder, paths);
});
