import { describe, expect, it } from "vitest";
import { readDocument } from "./document";
import type { PartialDraft } from "./draft";
import { changeDraft, isReady, withForm } from "./draft-document";
import { MACHINES, SOUND_DRAFT } from "./fixtures";
import { readForm } from "./form";
import { toConfigJson, toEasConfig } from "./to-eas-config";

const REGION = "cn-hangzhou";
const config = toConfigJson(toEasConfig(SOUND_DRAFT, MACHINES[0]));
const draft: PartialDraft = withForm({ ...SOUND_DRAFT, config }, REGION);

function formAfter(patch: PartialDraft) {
  const read = readDocument(changeDraft(draft, patch, REGION).config ?? "");
  if (!read.ok) throw new Error(read.problem.code);
  return { form: readForm(read.document, REGION), text: read.document.text };
}

describe("a step before the configuration", () => {
  it("changes the model that is mounted", () => {
    const { text } = formAfter({ model: { ...SOUND_DRAFT.model, bucket: "weights", root: "new/" } });
    expect(text).toContain('"oss://weights/new/"');
  });

  it("takes the results to another bucket, folder and all", () => {
    const { text } = formAfter({ check: { bucket: "elsewhere", region: REGION } });
    expect(text).toContain('"oss://elsewhere/results/"');
    expect(text).toContain("--oss_save_dir oss://elsewhere/results/ ");
  });

  it("turns a switch that a repair turned", () => {
    const { form } = formAfter({ service: { ...draft.service, translate: false } });
    expect(form).toEqual({ ...SOUND_DRAFT.service, translate: false });
  });

  it.each<[string, PartialDraft]>([
    ["the same model, checked again", { model: { ...SOUND_DRAFT.model } }],
    ["the same form", { service: draft.service }],
    ["a configuration of its own", { config: "{}", service: { translate: false } }],
  ])("leaves the text alone: %s", (_, patch) => {
    expect(changeDraft(draft, patch, REGION)).toEqual(patch);
  });

  it("is kept by itself while the text is not valid", () => {
    const patch = { service: { translate: false } };
    expect(changeDraft({ ...draft, config: "{" }, patch, REGION)).toEqual(patch);
  });
});

it.each([
  ["a whole one", config, true],
  ["none", undefined, false],
  ["one that is no JSON", "{", false],
  ["one without a name", config.replaceAll("easel_test", ""), false],
])("is ready for the review: %s", (_, text, ready) => {
  expect(isReady({ config: text })).toBe(ready);
});
