import { expect, test } from "vitest";
import { isOptimizing } from "./optimizing";

const service = { optimizing: true, version: 3 };

test.each<[string, Parameters<typeof isOptimizing>, boolean]>([
  ["nothing drawn yet", [service, []], true],
  ["the newest without Blade", [service, [{ version: 3, useBlade: false }]], true],
  ["the newest with Blade", [service, [{ version: 3 }, { version: 3, useBlade: true }]], false],
  ["with Blade before an update only", [service, [{ version: 2, useBlade: true }]], true],
  ["of a version that nobody knows", [service, [{ useBlade: true }]], true],
  ["the log is sure", [{ ...service, optimizing: false }, []], false],
  ["no service yet", [undefined, []], false],
])("%s", (_, given, expected) => {
  expect(isOptimizing(...given)).toBe(expected);
});
