import { sampleWith } from "@/lib/models/testing";
import { control, createBucket, oss, putFiles } from "../cloud";
import { expect, expectSound, test } from "../fixtures";
import { CONSOLE_URL } from "../settings";
import { beginDeployment, bucketNameOf, describeService, fresh, goOn } from "../steps";

/* Each prerequisite says what it tried, what came back and what to do; each is tried again alone, and all before Deploy. */

test("what is missing is named with its repair, tried again alone, and once more before the deployment", async ({
  page,
}) => {
  const name = fresh("checked");
  const bucket = bucketNameOf(name);
  await createBucket(bucket);
  await putFiles(bucket, "sd/", sampleWith());
  const methods = { allowedMethod: ["GET", "PUT", "POST", "HEAD"], allowedHeader: "*" };
  await oss().putBucketCORS(bucket, [
    { allowedOrigin: "*", ...methods },
    { allowedOrigin: CONSOLE_URL, ...methods, exposeHeader: ["ETag", "x-oss-hash-crc64ecma"] },
  ]);
  const refuse = (operation: string) =>
    control().add({
      kind: "vendor-error",
      parameters: { status: 403, code: "AccessDenied", message: "You have no right to access this object." },
      scope: { server: "oss", operation, bucket },
    });
  const noWriting = await refuse("PutObject");
  const list = page.getByRole("list", { name: "Bucket", exact: true });
  const item = (title: string) => list.getByRole("listitem").filter({ hasText: title });

  await beginDeployment(page);
  await expect(page.getByRole("list", { name: "Account", exact: true }).getByText(/PAI is activated/)).toBeVisible();
  await page.getByLabel("OSS bucket").selectOption(bucket);

  await test.step("a right that is missing, with the policy that gives it", async () => {
    const writing = item("Read, write, delete");
    await expect(writing.getByText(/the upload of the model stops at its first file/)).toBeVisible();
    await writing.getByText("Show the policy").click();
    await expect(writing.getByText(`acs:oss:*:*:${bucket}/*`)).toBeVisible();
    await expectSound(page, "a right is missing");
    await control().remove(noWriting.id);
    await writing.getByRole("button", { name: "Recheck Read, write, delete" }).click();
    await expect(writing.getByText("A test object was written, read and deleted")).toBeVisible();
  });

  await test.step("a CORS rule in the shadow of another", async () => {
    const cors = item("Uploads from this page (CORS)");
    await expect(cors.getByText(/A rule that stands earlier shadows the one for/)).toBeVisible();
    await expect(page.getByRole("button", { name: "Next", exact: true })).toBeDisabled();
    await cors.getByRole("button", { name: "Add the CORS rule" }).click();
    await expect(cors.getByText(/The bucket admits uploads from/)).toBeVisible();
    await expect(item("From this browser to the bucket").getByText(/a form were sent from this browser/)).toBeVisible();
  });

  await goOn(page, "The model");
  await page.getByRole("radio", { name: /Already in the bucket/ }).click();
  await page.getByRole("list", { name: "Folders" }).getByRole("button", { name: "sd/" }).click();
  await page.getByRole("button", { name: "Use this model" }).click();
  await expect(page.getByRole("button", { name: "In use" })).toBeVisible();
  await goOn(page, "The service");

  await test.step("the largest request to expect is kept with the draft", async () => {
    const open = async () => {
      await page.getByText("Advanced", { exact: true }).click();
      await page.getByText("Requests", { exact: true }).click();
    };
    const request = page.getByRole("group", { name: "Largest request to expect" });
    await open();
    const saved = page.waitForResponse((response) => response.request().method() === "POST");
    await request.getByLabel("Steps").selectOption("20");
    await saved;
    await page.reload();
    await open();
    await expect(request.getByLabel("Steps")).toHaveValue("20");
  });

  const noLooking = await refuse("GetBucketLocation");
  await describeService(page, name);
  const again = page.getByRole("list", { name: "Prerequisites, checked again" });
  await expect(again.getByText(`The bucket ${bucket} cannot be reached.`)).toBeVisible();
  const deploy = page.getByRole("button", { name: "Deploy service" });
  await expect(deploy).toBeDisabled();
  await control().remove(noLooking.id);
  await again.getByRole("button", { name: "Recheck Bucket region" }).click();
  await expect(again).toBeHidden();
  await expect(deploy).toBeEnabled();
});
