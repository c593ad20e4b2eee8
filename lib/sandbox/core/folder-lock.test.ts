import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FolderInUse, lockFolder } from "./folder-lock";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "easel-lock-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("a folder has one holder at a time", async () => {
  const release = lockFolder(folder);
  expect(() => lockFolder(folder)).toThrow(FolderInUse);
  release();
  expect(await readdir(folder)).toEqual([]);
  lockFolder(folder)();
});

test("another process that lives is named", async () => {
  await writeFile(join(folder, "sandbox.lock"), `${process.ppid} `);
  expect(() => lockFolder(folder)).toThrow(`${folder} is in use by another sandbox (process ${process.ppid})`);
});

test.each([
  ["a process that was killed", () => String(spawnSync(process.execPath, ["-e", ""]).pid)],
  ["this process's own number from before", () => `${process.pid} 1`],
  ["no number at all", () => ""],
])("a lock left by %s does not hold", async (_, content) => {
  await writeFile(join(folder, "sandbox.lock"), content());
  lockFolder(folder)();
  expect(await readdir(folder)).toEqual([]);
});

test.runIf(process.platform === "linux")("a number that another program got since does not hold", async () => {
  await writeFile(join(folder, "sandbox.lock"), `${process.ppid} 1`);
  lockFolder(folder)();
});
