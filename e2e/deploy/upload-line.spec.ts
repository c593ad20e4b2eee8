import { createBucket, oss } from "../cloud";
import { expect, expectSound, test } from "../fixtures";
import { CONSOLE_URL } from "../settings";
import { beginDeployment, bucketNameOf, chooseBucket, fresh } from "../steps";
import { expectEqual, give, MIB, writeModel } from "../uploads";

/* The line is tried before the first byte leaves: what stands in the way is named, and repaired or gone around. */

test.describe("a bucket whose rules changed since the check", () => {
  test.use({ tolerated: /blocked by CORS policy|Failed to load resource: net::ERR_FAILED/ });

  test("is repaired with one click and takes the model", async ({ page }, testInfo) => {
    const bucket = bucketNameOf(fresh("uncrossed"));
    await createBucket(bucket);
    const folder = testInfo.outputPath("m");
    const paths = await writeModel(folder, 9 * MIB);
    await beginDeployment(page);
    await chooseBucket(page, bucket);
    await oss().deleteBucketCORS(bucket);
    await give(page, folder);
    const notice = page.getByRole("alert").filter({ hasText: "does not admit uploads from this page" });
    await expect(notice).toBeVisible();
    await expectSound(page, "the bucket does not admit uploads");
    expect((await oss(bucket).listV2({ "max-keys": "10" }, {})).objects ?? []).toEqual([]);
    await notice.getByRole("button", { name: "Add the CORS rule and upload" }).click();
    await expectEqual(page, bucket, folder, paths);
  });

  test("gets its rule in front of one that hides the answers", async ({ page }, testInfo) => {
    const bucket = bucketNameOf(fresh("shadowed"));
    await createBucket(bucket);
    const folder = testInfo.outputPath("m");
    const paths = await writeModel(folder, MIB);
    await beginDeployment(page);
    await chooseBucket(page, bucket);
    const methods = { allowedMethod: ["GET", "PUT", "POST", "HEAD"], allowedHeader: "*" };
    await oss().putBucketCORS(bucket, [
      { allowedOrigin: "*", ...methods },
      { allowedOrigin: CONSOLE_URL, ...methods, exposeHeader: ["ETag", "x-oss-hash-crc64ecma"] },
    ]);
    await give(page, folder);
    const notice = page.getByRole("alert").filter({ hasText: "hides what its answers say" });
    await notice.getByRole("button", { name: "Add the CORS rule and upload" }).click();
    await expectEqual(page, bucket, folder, paths);
    const { rules } = await oss().getBucketCORS(bucket);
    expect(rules.map(({ allowedOrigin }) => allowedOrigin)).toEqual([CONSOLE_URL, "*"]);
  });
});
