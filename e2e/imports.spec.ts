import { keysIn, oss, putFiles } from "./cloud";
import { expect, expectSound, test } from "./fixtures";
import { fresh } from "./steps";

test("a model is fetched by the server from an address, and another folder is copied, with the page closed meanwhile", async ({
  page,
  context,
}) => {
  const bucket = fresh("imports").replaceAll("_", "-");
  await oss().putBucket(bucket);
  await putFiles(bucket, "source/", {
    "detail.safetensors": new Uint8Array(9 * 1024 * 1024).fill(7),
    "kept/base_model/v1.safetensors": new Uint8Array(1000),
  });
  const address = oss(bucket).signatureUrl("source/detail.safetensors", { expires: 600 });

  await page.goto("/models");
  await page.getByRole("link", { name: "Import models" }).click();
  const form = page.getByRole("form", { name: "New import" });
  await form.getByRole("button", { name: "Import model" }).click();
  await expect(form.getByLabel("Address", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await form.getByLabel("Address", { exact: true }).fill(address);
  await form.getByLabel("To bucket").selectOption(bucket);
  await form.getByLabel("Model root", { exact: true }).fill("models/new");
  await form.getByLabel("Place in the model root").selectOption("lora");
  await expectSound(page, "the form of an import");
  await form.getByRole("button", { name: "Import model" }).click();
  await page.close();

  const later = await context.newPage();
  await later.goto("/models/import");
  const row = later
    .getByRole("list", { name: "Imports" })
    .getByRole("listitem")
    .filter({ hasText: "detail.safetensors" });
  await expect(row.getByText("Done")).toBeVisible();
  await expect(row.getByText("1 file, 9 MB")).toBeVisible();

  await later.getByRole("radio", { name: /Another folder in OSS/ }).click();
  await later.getByLabel("From bucket").selectOption(bucket);
  await later.getByLabel("From folder").fill("source/kept");
  await later.getByLabel("To bucket").selectOption(bucket);
  await later.getByLabel("Model root", { exact: true }).fill("models/new");
  await later.getByRole("button", { name: "Import model" }).click();
  const copied = later.getByRole("list", { name: "Imports" }).getByRole("listitem").filter({ hasText: "source/kept" });
  await expect(copied.getByText("Done")).toBeVisible();
  await expectSound(later, "imports that are done");
  expect((await keysIn(bucket)).filter((key) => key.startsWith("models/"))).toEqual([
    "models/new/base_model/v1.safetensors",
    "models/new/lora/detail.safetensors",
  ]);
});

test("an address in the private network is refused, and says so", async ({ page }) => {
  const bucket = fresh("private").replaceAll("_", "-");
  await oss().putBucket(bucket);
  await page.goto("/models/import");
  await page.getByLabel("Address", { exact: true }).fill("http://127.0.0.1:1/secret.safetensors");
  await page.getByLabel("To bucket").selectOption(bucket);
  await page.getByRole("button", { name: "Import model" }).click();
  const row = page
    .getByRole("list", { name: "Imports" })
    .getByRole("listitem")
    .filter({ hasText: "secret.safetensors" });
  await expect(row.getByText("Failed")).toBeVisible();
  await expect(row.getByText(/leads into a private network/)).toBeVisible();
  await row.getByRole("button", { name: "Remove from the list" }).click();
  await expect(row).toHaveCount(0);
});

test("a known source knows where it belongs, and says so in both places of a ControlNet", async ({ page }) => {
  await page.goto("/models/import");
  const form = page.getByRole("form", { name: "New import" });
  await form.getByRole("radio", { name: /Known source/ }).click();
  const place = form.getByLabel("Place in the model root");
  await expect(place.getByRole("option")).toHaveText(["translate/"]);
  await form.getByLabel("Known source", { exact: true }).last().selectOption("canny");
  await expect(place.getByRole("option")).toHaveText([/new_controlnet\/canny\//, /^controlnet\//]);
  await place.selectOption("controlnet");
  await expect(form.getByRole("status")).toHaveText(/to download|does not tell/);
  await expectSound(page, "a known source");
});
