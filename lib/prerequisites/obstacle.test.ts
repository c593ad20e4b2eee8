import { expect, it } from "vitest";
import { type Obstacle, obstacleOf } from "./obstacle";
import type { CheckId, CheckState } from "./types";

const result = (id: CheckId, state: CheckState, reason = "") => ({ id, state, params: { reason } });
const idle = { results: [], checking: false, isUnanswered: false };

it.each<[string, Parameters<typeof obstacleOf>[0], Obstacle | undefined]>([
  ["all is well", { ...idle, results: [result("eas_services", "ok")] }, undefined],
  [
    "services may not be asked for",
    { ...idle, results: [result("eas_services", "failed")] },
    { kind: "failed", count: 1 },
  ],
  ["only an upload would suffer", { ...idle, results: [result("bucket_cors", "failed")] }, undefined],
  ["a warning", { ...idle, results: [result("eas_machines", "warning")] }, undefined],
  [
    "another user of the account has the name",
    { ...idle, results: [result("name_free", "failed", "foreign")] },
    { kind: "failed", count: 1 },
  ],
  ["the name is one's own service's", { ...idle, results: [result("name_free", "failed", "taken")] }, undefined],
  ["it is being looked", { ...idle, checking: true, isUnanswered: true }, { kind: "checking" }],
  ["the checks themselves got no answer", { ...idle, isUnanswered: true }, { kind: "unanswered" }],
])("%s", (_, asked, expected) => {
  expect(obstacleOf(asked)).toEqual(expected);
});
