import { createHash } from "node:crypto";
import { startFileServer } from "@/lib/imports/testing";
import { sampleWith } from "@/lib/models/testing";
import { createBucket, keysIn, putFiles } from "../cloud";
import { expect, expectSound, test } from "../fixtures";
import { HUB_PORT } from "../settings";
import {
  beginDeployment,
  bucketNameOf,
  chooseBucket,
  deploy,
  describeService,
  expectRunning,
  fresh,
  goOn,
  makePicture,
} from "../steps";

/* Chinese prompts for a model that came without a translation: the server fetches it from the hub. */

const MODEL = {
  "bpe.en": "bpe",
  "bpe.zh": "bpe",
  "configuration.json": JSON.stringify({ framework: "tensorflow", task: "translation", src_lang: "zh" }),
  "src_vocab.txt": "vocabulary",
  "tf_ckpts/ckpt-0.data-00000-of-00001": "weights of the translation",
  "tf_ckpts/ckpt-0.index": "index of the weights",
  "trg_vocab.txt": "vocabulary",
};

/** The hub names a sum for each file, and sends what `change` makes of it. */
async function openHub(change: (path: string, body: string) => string = (_, body) => body) {
  const hub = await startFileServer(HUB_PORT);
  const repository = "/api/v1/models/damo/nlp_csanmt_translation_zh2en/repo";
  const listed = Object.entries(MODEL).map(([Path, body]) => ({
    Path,
    Size: body.length,
    Type: "blob",
    Sha256: createHash("sha256").update(body).digest("hex"),
  }));
  hub.pages.set(`${repository}/files?Revision=master&Recursive=true`, {
    body: JSON.stringify({ Data: { Files: listed } }),
  });
  for (const [path, body] of Object.entries(MODEL)) {
    const query = new URLSearchParams({ Revision: "master", FilePath: path });
    hub.pages.set(`${repository}?${query}`, { body: change(path, body) });
  }
  return hub;
}

test("a model in the bucket gets its translation by the repair of the finding, and the verdict turns", async ({
  page,
}) => {
  const name = fresh("speaks");
  const bucket = bucketNameOf(name);
  await createBucket(bucket);
  await putFiles(bucket, "library/sd15/", sampleWith());
  const hub = await openHub();
  try {
    await beginDeployment(page);
    await chooseBucket(page, bucket);
    await page.getByRole("radio", { name: /Already in the bucket/ }).click();
    const folders = page.getByRole("list", { name: "Folders" });
    await folders.getByRole("button", { name: "library/" }).click();
    await folders.getByRole("button", { name: "sd15/" }).click();
    await page.getByRole("button", { name: "Use this model" }).click();
    await goOn(page, "The service");
    await page.getByLabel("Service name").fill(name);
    await page.getByRole("switch", { name: "Chinese prompts" }).check();
    await expect(page.getByText("This model cannot translate yet")).toBeVisible();
    await expect(page.getByRole("button", { name: "Next", exact: true })).toBeDisabled();
    await expectSound(page, "translation is wanted and missing");

    await page.getByRole("button", { name: "Back" }).click();
    const verdict = page.getByRole("status").filter({ hasText: /Will (not start|load)/ });
    await expect(verdict).toHaveText(/Will not start: there is no translate folder/);
    await page
      .getByRole("list", { name: "Findings" })
      .getByRole("button", { name: "Let the server download the translation model" })
      .click();
    await expect(verdict).toHaveText(/Will load as SD 1\.5/);
    const files = Object.keys(MODEL).map((path) => `library/sd15/translate/${path}`);
    expect((await keysIn(bucket)).filter((key) => key.includes("/translate/"))).toEqual(files);
    await page.getByRole("button", { name: "Use this model" }).click();
    await goOn(page, "The service");
    await expect(page.getByRole("switch", { name: "Chinese prompts" })).toBeChecked();
    await describeService(page, name);
    await deploy(page, name);
    await expectRunning(page);
    await page.getByRole("link", { name: "Playground", exact: true }).click();
    await makePicture(page, "月光下的雪山和小屋，水墨画");
    await expect(page.getByRole("definition").filter({ hasText: /snowy mountain.*ink wash painting/ })).toBeVisible();
  } finally {
    await hub.close();
  }
});

test("while the service is described its translation is fetched; wrong bytes of the hub keep it from being deployed", async ({
  page,
}) => {
  const name = fresh("misheard");
  const bucket = bucketNameOf(name);
  await createBucket(bucket);
  await putFiles(bucket, "sd15/", sampleWith());
  let hub = await openHub((path, body) => (path === "trg_vocab.txt" ? body.toUpperCase() : body));
  try {
    await beginDeployment(page);
    await chooseBucket(page, bucket);
    await page.getByRole("radio", { name: /Already in the bucket/ }).click();
    await page.getByRole("list", { name: "Folders" }).getByRole("button", { name: "sd15/" }).click();
    await page.getByRole("button", { name: "Use this model" }).click();
    await goOn(page, "The service");
    await page.getByRole("switch", { name: "Chinese prompts" }).check();
    await page.getByRole("button", { name: "Let the server download the translation model" }).click();
    await expect(page.getByText("This model cannot translate yet")).toBeHidden();
    await describeService(page, name);
    await expect(page.getByRole("button", { name: "Deploy service" })).toHaveAccessibleDescription(/translation/i);
    await page.goto("/models/import");
    const row = page.getByRole("list", { name: "Imports" }).getByRole("listitem").filter({ hasText: bucket });
    await expect(row.getByText(/Will be tried again/)).toBeVisible();
    expect((await keysIn(bucket)).filter((key) => key.endsWith("trg_vocab.txt"))).toEqual([]);
    await hub.close();
    hub = await openHub();
    await expect(row.getByText("Done")).toBeVisible({ timeout: 60_000 });
    await page.goto("/deploy?step=review");
    await deploy(page, name);
    await expectRunning(page);
  } finally {
    await hub.close();
  }
});
