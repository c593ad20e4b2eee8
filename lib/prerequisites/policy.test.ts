import { expect, test } from "vitest";
import { policyFor } from "./policy";
import { CHECK_IDS } from "./types";

test.each(CHECK_IDS)("the policy for %s is valid, names actions and nothing wider than needed", (id) => {
  const policy = JSON.parse(policyFor(id, "my-bucket"));
  expect(policy.Version).toBe("1");
  expect(policy.Statement).toHaveLength(1);
  expect(policy.Statement[0].Action.length).toBeGreaterThan(0);
  for (const action of policy.Statement[0].Action)
    expect(action).toMatch(/^(eas|oss|paiworkspace|sts):[A-Z][A-Za-z]+$/);
});

test("rights on objects are limited to the bucket", () => {
  expect(JSON.parse(policyFor("bucket_objects", "my-bucket")).Statement[0].Resource).toEqual([
    "acs:oss:*:*:my-bucket/*",
  ]);
});
