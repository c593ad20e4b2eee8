import { existsSync, statSync } from "node:fs";
import { expect } from "@playwright/test";
import { test } from "./launching";
import { NOBODY, OWNER } from "./settings";

/* The commands beside the console, as an operator types them. */

test.use({ storageState: NOBODY });

test("a console is backed up while it runs, restored elsewhere, and its people come in with their passwords", async ({
  launch,
  page,
}, testInfo) => {
  test.slow();
  const data = testInfo.outputPath("data");
  const copy = testInfo.outputPath("copy");
  const file = testInfo.outputPath("easel.sql.gz");
  const easel = async (folder: string, ...words: string[]) => {
    const { exited, output } = launch({ EASEL_DATA: folder }, [process.execPath, "lib/launcher/cli.mjs", ...words]);
    return { code: await exited, says: output.out + output.err };
  };

  const first = launch({ EASEL_DATA: data, EASEL_SETUP_CODE: "a-code" });
  await page.goto(`${await first.ready()}/set-up`);
  await page.getByLabel("Set-up code").fill("a-code");
  await page.getByLabel("Name or email").fill(OWNER.name);
  await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
  await page.getByLabel("Password, once more").fill(OWNER.password);
  await page.getByRole("button", { name: "Create owner account" }).click();
  await expect(page.getByRole("heading", { name: "Services", level: 1 })).toBeVisible();

  expect(await easel(data, "doctor")).toMatchObject({
    code: 0,
    says: expect.stringContaining("tables: are of this version"),
  });
  expect(await easel(data, "backup", file)).toMatchObject({ code: 0, says: expect.stringContaining(" rows of ") });
  expect(statSync(file).mode & 0o077).toBe(0);
  expect(await easel(data, "backup", file)).toMatchObject({ code: 1, says: expect.stringContaining("exists") });
  for (const command of ["restore", "rotate-key"]) {
    expect(await easel(data, command, file)).toMatchObject({
      code: 1,
      says: expect.stringContaining("already running"),
    });
  }
  first.child.kill("SIGTERM");
  await first.exited;
  expect(await easel(data, "restore", file)).toMatchObject({ code: 1, says: expect.stringContaining("in use") });
  expect(await easel(data, "rotate-key")).toMatchObject({ code: 0 });
  expect(existsSync(`${data}/secret.key.next`)).toBe(false);

  expect(await easel(copy, "restore", file)).toMatchObject({ code: 0, says: expect.stringContaining("Restored") });
  const second = launch({ EASEL_DATA: copy });
  const url = await second.ready();
  expect(second.output.out).not.toContain("Set-up code");
  await page.context().clearCookies();
  await page.goto(`${url}/sign-in`);
  await page.getByLabel("Name or email").fill(OWNER.name);
  await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Services", level: 1 })).toBeVisible();
});

test("an unknown command says which there are", async ({ launch }, testInfo) => {
  const { exited, output } = launch({ EASEL_DATA: testInfo.outputPath("data") }, [
    process.execPath,
    "lib/launcher/cli.mjs",
    "format",
  ]);
  expect(await exited).toBe(1);
  expect(output.err).toContain("backup FILE | restore FILE");
});
