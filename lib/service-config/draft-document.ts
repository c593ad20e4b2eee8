import { viewConfig } from "./config-view";
import { applyPatches, type Patch, readDocument } from "./document";
import type { PartialDraft } from "./draft";
import { formPatches, modelPatches, readForm, resultPatches } from "./form";
import { SERVICE_NAME } from "./names";
import { toOssUri } from "./oss-uri";

/** `service` as the configuration says it; while the text is not valid JSON, as it last was. */
export function withForm(draft: PartialDraft, region: string): PartialDraft {
  const read = draft.config === undefined ? undefined : readDocument(draft.config);
  return read?.ok ? { ...draft, service: readForm(read.document, region) } : draft;
}

/**
 * What a step says, said in the configuration too: another model, another bucket, a switch that a repair of the model turned.
 * Before there is a configuration the draft's own fields keep it.
 */
export function changeDraft(draft: PartialDraft, patch: PartialDraft, region: string): PartialDraft {
  const read = draft.config === undefined || patch.config !== undefined ? undefined : readDocument(draft.config);
  if (!read?.ok) return patch;
  const { value } = read.document;
  const patches: Patch[] = [];
  const { model, check, service } = patch;
  const bucket = check?.bucket ?? draft.check?.bucket;
  const isOther = model?.root !== draft.model?.root || model?.bucket !== draft.model?.bucket;
  if (model?.bucket && model.root !== undefined && isOther)
    patches.push(...modelPatches(value, toOssUri(model.bucket, model.root)));
  if (check?.bucket && check.bucket !== draft.check?.bucket)
    patches.push(...resultPatches(value, toOssUri(check.bucket, viewConfig(value).result?.folder ?? "")));
  if (service) {
    const before = readForm(read.document, region);
    const changed = Object.fromEntries(
      Object.entries(service).filter(
        ([key, now]) => JSON.stringify(now) !== JSON.stringify(before[key as keyof typeof before]),
      ),
    );
    patches.push(...formPatches(value, changed, { region, bucket, modelBucket: model?.bucket ?? draft.model?.bucket }));
  }
  return patches.length === 0 ? patch : { ...patch, config: applyPatches(read.document.text, patches) };
}

/** Whether there is a configuration that EAS could make a service of; what else is wrong lint says. */
export function isReady({ config }: PartialDraft): boolean {
  const read = config === undefined ? undefined : readDocument(config);
  if (!read?.ok) return false;
  const { name, image } = viewConfig(read.document.value);
  return name !== undefined && SERVICE_NAME.test(name) && image !== "";
}
