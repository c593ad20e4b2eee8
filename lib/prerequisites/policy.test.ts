import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { policyFor } from "./policy";
import { CHECK_IDS } from "./types";

test.each(CHECK_IDS)("the policy for %s is valid, names actions and nothing wider than needed", (id) => {
  const policy = JSON.parse(policyFor(id, "my-bucket"));
  expect(policy.Version).toBe("1");
  expect(policy.Statement).toHaveLength(1);
  expect(policy.Statement[0].Action.length).toBeGreaterThan(0);
  for (const action of policy.Statement[0].Action)
    expect(action).toMatch(/^(eas|oss|paiimage|paiworkspace|sts):[A-Z][A-Za-z]+$/);
});

test("rights on objects are limited to the bucket", () => {
  expect(JSON.parse(policyFor("bucket_objects", "my-bucket")).Statement[0].Resource).toEqual([
    "acs:oss:*:*:my-bucket/*",
  ]);
});

/** As the client names them where it calls, in the one way or the other. */
function calledOfEas(): string[] {
  const operations = readdirSync("lib/eas/operations").map((file) => `lib/eas/operations/${file}`);
  return [...operations, "lib/eas/images.ts"]
    .filter((file) => !file.includes(".test."))
    .flatMap((file) => [...readFileSync(file, "utf8").matchAll(/(?:\baction: |\bmove\()"([A-Z]\w+)"/g)])
    .map(([, action = ""]) => action);
}

test("the checks together offer every call to EAS that the client makes", () => {
  const offered = CHECK_IDS.flatMap((id): string[] => JSON.parse(policyFor(id)).Statement[0].Action).map((action) =>
    action.replace(/^\w+:/, ""),
  );
  const called = calledOfEas();
  expect(called).toEqual(expect.arrayContaining(["StopService", "ListImages", "UpdateServiceVersion"]));
  expect(called.filter((action) => !offered.includes(action))).toEqual([]);
});
