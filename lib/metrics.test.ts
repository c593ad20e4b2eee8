import { describe, expect, test } from "vitest";
import { metrics, routeOf, timeCall } from "./metrics";

describe("the label of a route holds no name", () => {
  test.each([
    ["/api/services/sd15/logs", { name: "sd15" }, "/api/services/[name]/logs"],
    ["/api/services/%E6%B0%B4/live", { name: "水" }, "/api/services/[name]/live"],
    ["/api/services", {}, "/api/services"],
    ["/api/oss/uploads/7/sign", { id: "7" }, "/api/oss/uploads/[id]/sign"],
  ])("%s", (path, params, route) => {
    expect(routeOf(path, params)).toBe(route);
  });
});

test("calls are counted by how they ended", async () => {
  await timeCall("eas", "ListServices", async () => 1);
  await expect(timeCall("eas", "ListServices", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  const text = await metrics().registry.getSingleMetricAsString("easel_cloud_call_seconds");
  expect(text).toContain('easel_cloud_call_seconds_count{product="eas",action="ListServices",outcome="ok"} 1');
  expect(text).toContain('easel_cloud_call_seconds_count{product="eas",action="ListServices",outcome="failed"} 1');
});
