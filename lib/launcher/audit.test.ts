import { expect, test } from "vitest";
import { judgeAudit } from "./audit.mjs";

const report = (severity: string) =>
  JSON.stringify({
    auditReportVersion: 2,
    vulnerabilities: {
      thing: {
        name: "thing",
        severity,
        range: "<2.0.1",
        via: [{ title: "Opens every door", url: "https://example.com/advisory", severity }, "other-thing"],
      },
    },
    metadata: { vulnerabilities: { info: 0, low: 0, moderate: 0, high: 0, critical: 0, [severity]: 1, total: 1 } },
  });

test.each([
  ["nothing known", '{"vulnerabilities":{},"metadata":{"vulnerabilities":{"total":0}}}', true, /No high or critical/],
  ["a moderate one", report("moderate"), true, /1 lesser/],
  [
    "a high one",
    report("high"),
    false,
    /^high: thing <2\.0\.1: Opens every door https:\/\/example\.com\/advisory; by other/,
  ],
  ["a critical one", report("critical"), false, /^critical: thing/],
  [
    "a registry without advisories",
    '{"message":"405 Method Not Allowed","statusCode":405,"error":{}}',
    true,
    /not asked.*405/,
  ],
  [
    "no network",
    '{"error":{"code":"ENOTFOUND","summary":"getaddrinfo ENOTFOUND","detail":""}}',
    true,
    /not asked.*ENOTFOUND/,
  ],
  ["no answer at all", "", true, /not asked/],
])("%s", (_, output, ok, line) => {
  const verdict = judgeAudit(output);
  expect(verdict.ok).toBe(ok);
  expect(verdict.lines[0]).toMatch(line);
});
