import { expect, expectSound, test } from "../fixtures";
import { beginDeployment, bucketNameOf, describeService, fresh, goOn, prepareBucket, uploadModel } from "../steps";

test("a service for trying stops when idle unless somebody says otherwise, and that is kept", async ({ page }) => {
  const name = fresh("trying");
  await beginDeployment(page);
  await prepareBucket(page, bucketNameOf(name));
  await page.getByRole("radio", { name: /Sample model/ }).click();
  await uploadModel(page);
  await describeService(page, name);
  const idle = page.getByRole("switch", { name: "Stop when idle" });
  await expect(idle).toBeChecked();
  await expect(idle).toHaveAccessibleDescription(/one instance that answers at once.*calls of other programs/s);
  await expectSound(page, "review with the idle guard");

  await idle.uncheck();
  await page.getByRole("button", { name: "Back" }).click();
  await goOn(page, "Review and deploy");
  await expect(idle).not.toBeChecked();
});
