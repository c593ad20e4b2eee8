import { expect, test, vi } from "vitest";
import { AppError } from "./errors";

test("an error of another copy of the module is one here too, and nothing else is", async () => {
  vi.resetModules();
  const other = await import("./errors");
  expect(other.AppError).not.toBe(AppError);
  expect(new other.AppError("timeout") instanceof AppError).toBe(true);
  for (const value of [new Error("AppError"), { name: "AppError", code: "timeout" }, null, "timeout"])
    expect(value instanceof AppError).toBe(false);
});
