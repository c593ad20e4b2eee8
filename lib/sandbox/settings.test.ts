import { resolve } from "node:path";
import { expect, test } from "vitest";
import { portVariable, readSettings } from "./settings";

test("defaults", () => {
  expect(readSettings({})).toEqual({
    dataDir: resolve(".easel/sandbox"),
    region: "cn-hangzhou",
    speed: 1,
    ports: { oss: 9100, eas: 9101, gateway: 9102, sts: 9103, control: 9104 },
    accessKeyId: undefined,
    accessKeySecret: undefined,
  });
});

test("an empty variable counts as not set", () => {
  expect(readSettings({ EASEL_SANDBOX_SPEED: "", EASEL_SANDBOX_OSS_PORT: "" })).toEqual(readSettings({}));
});

test("what is given", () => {
  const settings = readSettings({ EASEL_DATA: "/data", EASEL_SANDBOX_SPEED: "0", EASEL_SANDBOX_EAS_PORT: "0" });
  expect(settings).toMatchObject({ dataDir: "/data/sandbox", speed: 0, ports: { eas: 0 } });
});

test.each([
  [{ EASEL_SANDBOX_GATEWAY_PORT: "web" }, /^EASEL_SANDBOX_GATEWAY_PORT: /],
  [{ EASEL_SANDBOX_GATEWAY_PORT: "70000" }, /^EASEL_SANDBOX_GATEWAY_PORT: must be a port number$/],
  [{ EASEL_SANDBOX_SPEED: "-1" }, /^EASEL_SANDBOX_SPEED: must not be negative$/],
  [{ EASEL_SANDBOX_REGION: "mars" }, /^EASEL_SANDBOX_REGION: is not a region with EAS$/],
])("%j is refused in one line", (environment, message) => {
  expect(() => readSettings(environment)).toThrow(message);
});

test("names of the ports' variables", () => {
  expect(portVariable("gateway")).toBe("EASEL_SANDBOX_GATEWAY_PORT");
});
