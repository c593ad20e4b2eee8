import { expect, it } from "vitest";
import { viewConfig } from "@/lib/service-config/config-view";
import { chooseAnchor, fieldAnchor, resolveAnchor } from "./focus-field";

const FIELDS = ["metadata.name", "storage[0]", "storage[10].oss.path", "containers[0].command#blade", "metadata.rpc"];

it.each([
  ["the field itself", "metadata.name", "metadata.name"],
  ["the first within it", "storage[10]", "storage[10].oss.path"],
  ["the nearest around it", "storage[0].oss.readOnly", "storage[0]"],
  ["a switch of the command", "containers[0].command", "containers[0].command#blade"],
  ["no other that begins alike", "metadata.rp", undefined],
  ["nothing where there is none", "networking.path", undefined],
])("chooses %s", (_, wanted, expected) => {
  expect(chooseAnchor(FIELDS, wanted)).toBe(expected);
});

const VIEW = viewConfig({
  cloud: { computing: { instances: [{ type: "a" }, { type: "b" }] } },
  storage: [
    { mount_path: "/result/", oss: { path: "oss://b/r/" } },
    { mount_path: "/oss", oss: { path: "oss://b/m/" } },
  ],
});

it.each([
  ["instance", "cloud.computing.instances[0].type"],
  ["model", "storage[1]"],
  ["model.oss.readOnly", "storage[1].oss.readOnly"],
  ["result", "storage[0]"],
  ["metadata.rpc.keepalive", "metadata.rpc.keepalive"],
])("finds %s at %s", (wanted, expected) => {
  expect(resolveAnchor(wanted, VIEW)).toBe(expected);
});

it("has no name for what is no part of the document", () => {
  expect(fieldAnchor([])).toBeUndefined();
  expect(fieldAnchor(["containers", 0, "command"], "blade")).toBe("containers[0].command#blade");
});
