import { expect, test } from "vitest";
import { can, RIGHTS, ROLES } from "./rights";

// Written out a second time on purpose: a slip in the table must not agree with itself.
const MATRIX = {
  //                       owner  deployer artist viewer
  "services.read": [true, true, true, true],
  "services.write": [true, true, false, false],
  "services.reveal_token": [true, true, false, false],
  "models.read": [true, true, true, true],
  "models.write": [true, true, false, false],
  generate: [true, true, true, false],
  "generations.read": [true, true, true, true],
  "notifications.write": [true, true, false, false],
  "costs.write": [true, true, false, false],
  "connections.read": [true, true, true, true],
  "connections.write": [true, false, false, false],
  "users.write": [true, false, false, false],
  "audit.read": [true, false, false, false],
  "metrics.read": [true, false, false, false],
} as const satisfies Record<(typeof RIGHTS)[number], readonly boolean[]>;

test.each(RIGHTS)("%s", (right) => {
  expect(ROLES.map((role) => can(role, right))).toEqual(MATRIX[right]);
});
