import { expect, test } from "vitest";
import { readDocument } from "@/lib/service-config/document";
import { SOUND_DRAFT } from "@/lib/service-config/fixtures";
import { valueAt } from "@/lib/service-config/json-path";
import { toEasConfig } from "@/lib/service-config/to-eas-config";
import { IDLE_PATH, withIdleDefault } from "./idle-default";

const sound = toEasConfig(SOUND_DRAFT);
const [container] = sound.containers;
const sync = { ...sound, metadata: { ...sound.metadata, instance: 1, type: undefined } };

function labelOf(text: string): unknown {
  const read = readDocument(text);
  return read.ok ? valueAt(read.document.value, IDLE_PATH) : "unreadable";
}

test.each<[string, object, boolean, unknown]>([
  ["one instance of the known image", sync, false, "60m"],
  ["with a queue", { ...sync, metadata: { ...sync.metadata, type: "Async" } }, false, undefined],
  ["several instances", { ...sync, metadata: { ...sync.metadata, instance: 2 } }, false, undefined],
  ["an image of its own", { ...sync, containers: [{ ...container, image: "example.com/own:1" }] }, false, undefined],
  ["a label of their own", { ...sync, labels: { "easel-idle": "3h" } }, false, "3h"],
  ["switched off in words", { ...sync, labels: { "easel-idle": "off" } }, false, "off"],
  ["decided against", sync, true, undefined],
  [
    "decided for, though it has a queue",
    { ...sync, metadata: { ...sync.metadata, type: "Async" }, labels: { "easel-idle": "60m" } },
    true,
    "60m",
  ],
  [
    "was for trying and is not any more",
    { ...sync, metadata: { ...sync.metadata, instance: 3 }, labels: { "easel-idle": "60m" } },
    false,
    undefined,
  ],
])("%s", (_, config, isDecided, label) => {
  expect(labelOf(withIdleDefault(JSON.stringify(config), isDecided))).toBe(label);
});

test("other labels stay, and a text that is no JSON is left alone", () => {
  const labelled = withIdleDefault(JSON.stringify({ ...sync, labels: { team: "paint" } }), false);
  expect(JSON.parse(labelled).labels).toEqual({ team: "paint", "easel-idle": "60m" });
  expect(withIdleDefault("{ not json", false)).toBe("{ not json");
});
