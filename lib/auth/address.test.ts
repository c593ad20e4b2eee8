import { expect, test } from "vitest";
import { nearestAddress } from "./address";

test.each([
  ["as the socket has it", "192.0.2.1", "192.0.2.1"],
  ["what a caller made up before it does not count", "10.9.8.7, 192.0.2.1", "192.0.2.1"],
  ["none", null, "unknown"],
  ["empty", " ", "unknown"],
])("%s", (_, header, address) => {
  expect(nearestAddress(header)).toBe(address);
});
