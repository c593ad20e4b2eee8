import type { Locator, Page } from "@playwright/test";
import { expect, expectAccessible, test } from "../fixtures";
import {
  beginDeployment,
  bucketNameOf,
  deploy,
  expectRunning,
  fresh,
  goOn,
  prepareBucket,
  uploadModel,
} from "../steps";

/** As the deployment document gives it, with a bucket of one's own, and a key that this console does not know. */
const sample = (name: string, bucket: string) => `{
  "cloud": {"computing": {"instance_type": "ml.gu7i.c8m30.1-gu30"}},
  "containers": [{
    "command": "python /home/pai/app.py  --func_name base --oss_save_dir oss://${bucket}/pictures/ --region hangzhou --use_blade",
    "image": "eas-registry-vpc.cn-hangzhou.cr.aliyuncs.com/pai-eas/diffuser-inference:2.2.1-py38-cu113-unbuntu2004-blade-public"}],
  "features": {"eas.aliyun.com/extra-ephemeral-storage": "100Gi"},
  "metadata": {"cpu": 8, "gpu": 1, "instance": 1, "memory": 30000, "name": "${name}", "rpc": {"keepalive": 500000, "worker_threads": 1}},
  "name": "${name}",
  "x_ours": {"kept": [1.50, 12345678901234567890]},
  "storage": [
    {"mount_path": "/oss", "oss": {"path": "oss://${bucket}/models/sample-sd15/"}},
    {"mount_path": "/result", "oss": {"path": "oss://${bucket}/pictures/"}}]
}`;

const editor = (page: Page): Locator => page.getByRole("textbox", { name: "Service configuration (JSON)" });
const tab = (page: Page, name: string) => page.getByRole("tab", { name, exact: true }).click();

/** Replaces the text as a person does: everything selected, and pasted over. */
async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((content) => navigator.clipboard.writeText(content), text);
  await editor(page).click();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.press("ControlOrMeta+V");
}

test("the document's own configuration is pasted, mended and deployed", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const name = fresh("pasted");
  const bucket = bucketNameOf(name);
  await beginDeployment(page);
  await prepareBucket(page, bucket);
  await page.getByRole("radio", { name: /Sample model/ }).click();
  await uploadModel(page);

  await tab(page, "JSON");
  await expect(editor(page)).toContainText('"worker_threads"');
  await expectAccessible(page);

  await test.step("text that is not valid freezes the form", async () => {
    await paste(page, sample(name, bucket).replace('"x_ours"', "x_ours"));
    await expect(page.getByRole("status").getByText(/^Line 9, column 3/)).toBeVisible();
    await tab(page, "Form");
    await expect(page.getByText("The form shows the last valid text and waits.")).toBeVisible();
    await expect(page.getByLabel("Service name")).toBeDisabled();
    await expect(page.getByRole("button", { name: "Next", exact: true })).toHaveAttribute("aria-disabled", "true");
    await tab(page, "JSON");
  });

  await test.step("every field fills", async () => {
    await paste(page, sample(name, bucket).replace("--region hangzhou", "--region shanghai"));
    await tab(page, "Form");
    await expect(page.getByLabel("Service name")).toHaveValue(name);
    await expect(page.getByLabel("Result folder")).toHaveValue(`oss://${bucket}/pictures/`);
    await expect(page.getByLabel("Model folder")).toHaveValue(`oss://${bucket}/models/sample-sd15/`);
    await expect(page.getByRole("radio", { name: /GU30.*c8m30/ })).toBeChecked();
    await expect(page.getByRole("radio", { name: /^Synchronous/ })).toBeChecked();
    await expect(page.getByRole("switch", { name: "Faster with Blade" })).toBeChecked();
    await expect(page.getByRole("switch", { name: "Chinese prompts" })).not.toBeChecked();
  });

  await test.step("an error is mended by its button", async () => {
    const findings = page.getByRole("region", { name: "Findings" });
    await expect(findings.getByText("--region says shanghai, the service runs in hangzhou")).toBeVisible();
    await findings.getByText("Proof").first().click();
    await expect(findings.getByText(/containers\[0\]\.command = .*--region shanghai/)).toBeVisible();
    await findings.getByRole("button", { name: "Set --region hangzhou" }).click();
    await expect(findings.getByText(/--region says/)).toBeHidden();
  });

  await test.step("the form writes into the same text, and keeps what it does not know", async () => {
    await page.getByRole("radio", { name: /^Asynchronous/ }).click();
    await page.getByText("Advanced", { exact: true }).click();
    await page.getByText("Container", { exact: true }).click();
    await page.getByRole("group", { name: "Environment variables" }).getByRole("button", { name: "Add" }).click();
    await page.getByRole("group", { name: "Environment variables" }).getByLabel("Name").fill("MODE");
    await page.getByRole("group", { name: "Environment variables" }).getByLabel("Value").fill("fast");
    await tab(page, "JSON");
    await expect(editor(page)).toContainText('"kept": [1.50, 12345678901234567890]');
    await expect(editor(page)).toContainText('"type": "Async"');
    await expect(editor(page)).toContainText('"value": "fast"');
  });

  await goOn(page, "Review and deploy");
  await test.step("an export is copied", async () => {
    await page.getByRole("radio", { name: "curl" }).click();
    await page.getByRole("figure").getByRole("button", { name: "Copy" }).click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toContain("ACS3-HMAC-SHA256");
    expect(copied).toContain("12345678901234567890");
  });
  await deploy(page, name);
  await expectRunning(page);
});
