import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { policyFor } from "@/lib/prerequisites/policy";
import { CHECK_IDS } from "@/lib/prerequisites/types";
import { parseGuide, tokensOf } from "./parse-guide";

/* The policy to copy in "A real account": all that the console calls, and nothing else. */

const PolicySchema = z.object({
  Version: z.literal("1"),
  Statement: z.array(
    z.object({ Effect: z.literal("Allow"), Action: z.array(z.string()), Resource: z.array(z.string()) }),
  ),
});
const actionsOf = (policy: string) => PolicySchema.parse(JSON.parse(policy)).Statement.flatMap(({ Action }) => Action);

function policyOfGuide(): string {
  const codes = tokensOf(parseGuide(readFileSync("lib/guides/en/account.md", "utf8"))).filter(
    ({ type }) => type === "code",
  );
  return codes.flatMap((code) => ("text" in code && code.text.startsWith("{") ? [code.text] : []))[0] ?? "";
}

/** As the client names them where it calls. */
function calledOfEas(): string[] {
  return readdirSync("lib/eas/operations")
    .filter((file) => !file.includes(".test."))
    .flatMap((file) => [...readFileSync(`lib/eas/operations/${file}`, "utf8").matchAll(/\baction: "([A-Z]\w+)"/g)])
    .map(([, action = ""]) => action);
}

test("allows every call to EAS that the client makes", () => {
  const allowed = actionsOf(policyOfGuide()).map((action) => action.replace(/^\w+:/, ""));
  const called = calledOfEas();
  expect(called.length).toBeGreaterThan(30);
  expect(called.filter((action) => !allowed.includes(action))).toEqual([]);
});

test("allows all that a check offers, but to make buckets, which the text beside it names", () => {
  const offered = CHECK_IDS.flatMap((id) => actionsOf(policyFor(id)));
  expect(offered.filter((action) => !actionsOf(policyOfGuide()).includes(action))).toEqual(["oss:PutBucket"]);
});

test("is sorted, names nothing twice, and keeps to one bucket", () => {
  for (const { Action } of PolicySchema.parse(JSON.parse(policyOfGuide())).Statement)
    expect(Action).toEqual([...new Set(Action)].sort());
  const resources = PolicySchema.parse(JSON.parse(policyOfGuide())).Statement.map(({ Resource }) => Resource);
  expect(resources).toEqual([["*"], ["acs:oss:*:*:*"], ["acs:oss:*:*:BUCKET"], ["acs:oss:*:*:BUCKET/*"]]);
});
