import { describe, expect, test } from "vitest";
import { containerUrl, parseDiscoveryAddress, parsePredictAddress, queueAddress } from "./address";

describe("addresses of predictions", () => {
  test.each([
    ["/api/predict/demo", "demo", false, "/", ""],
    ["/api/predict/demo/", "demo", false, "/", ""],
    ["/api/predict/demo/a/b?x=1&y", "demo", false, "/a/b", "x=1&y"],
    ["/api/predict/demo?x=/a?b", "demo", false, "/", "x=/a?b"],
    ["/api/predict/group.demo/sink", "group.demo", false, "/sink", ""],
    ["/api/predict/async_path.demo/x", "demo", true, "/x", ""],
    ["/api/predict/async_path.group.demo", "group.demo", true, "/", ""],
  ])("%s", (url, name, sideDoor, rest, rawQuery) => {
    expect(parsePredictAddress(url)).toMatchObject({ name, sideDoor, rest, rawQuery, path: url.split("?")[0] });
  });

  test.each(["/", "/api/predict", "/api/predict/", "/api/predicts/demo", "http://host/api/predict/demo", ""])(
    "none: %j",
    (url) => expect(parsePredictAddress(url)).toBeUndefined(),
  );

  test.each([
    ["/api/predict/demo", "/"],
    ["/api/predict/demo/a?b=%20", "/a?b=%20"],
  ])("%s reaches the container as %s", (url, expected) => {
    const address = parsePredictAddress(url);
    expect(address && containerUrl(address)).toBe(expected);
  });
});

test.each([
  ["/", "input", "/"],
  ["/sdapi/v1/txt2img", "input", "/sdapi/v1/txt2img"],
  ["/sink", "sink", "/"],
  ["/sink/", "sink", "/"],
  ["/sink/x", "sink", "/x"],
  ["/sinks", "input", "/sinks"],
])("%s is queue %s, path %s", (rest, queue, path) => expect(queueAddress(rest)).toEqual({ queue, path }));

test.each([
  ["/api/v1/servicediscovery/upstreams/demo?internal=true", "demo"],
  ["/exported/apis/eas.alibaba-inc.k8s.io/v1/upstreams/group.demo?internal=false", "group.demo"],
  ["/api/v1/servicediscovery/upstreams/", undefined],
  ["/api/v1/servicediscovery/upstreams/a/b", undefined],
])("discovery: %s", (url, expected) => expect(parseDiscoveryAddress(url)).toBe(expected));
