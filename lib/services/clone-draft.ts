import type { Context } from "@/lib/context.server";
import { createDraft, type StoredDraft } from "@/lib/drafts/drafts";
import { AppError } from "@/lib/errors";
import { bothNames } from "@/lib/service-config/both-names";
import { redactConfig } from "@/lib/service-config/config-facts";
import { viewConfig } from "@/lib/service-config/config-view";
import { applyPatches, readDocument } from "@/lib/service-config/document";

const MAX_NAME = 63;

/** A deployment that begins with what a service runs. Its secrets stay where they are and are filled in when it is deployed. */
export async function cloneToDraft(ctx: Context, from: string, version?: number): Promise<StoredDraft> {
  const [stored, others] = await Promise.all([configOf(ctx, from, version), ctx.eas.listAllServices()]);
  const read = readDocument(redactConfig(stored) ?? "");
  if (!read.ok) throw new AppError("not_found", { params: { what: "config", name: from } });
  const { text, value } = read.document;
  const { model, result } = viewConfig(value);
  const name = freeName(from, new Set(others.items.map((one) => one.name)));
  // The token of a service is its own.
  const config = applyPatches(text, [...bothNames(name), { path: ["token"], value: undefined }]);
  const bucket = result?.bucket ?? model?.bucket;
  return createDraft(ctx, {
    config,
    source: from,
    ...(bucket && { check: { bucket, region: ctx.connection.region } }),
    ...(model?.bucket &&
      model.folder !== undefined && { model: { source: "bucket", bucket: model.bucket, root: model.folder } }),
  });
}

async function configOf({ eas }: Context, name: string, version: number | undefined): Promise<string | undefined> {
  if (version === undefined) return (await eas.describeService(name)).config;
  const { items } = await eas.listServiceVersions(name);
  return items.find(({ number }) => number === version)?.config;
}

/** `name_2`, `name_3`, … within what EAS takes. */
function freeName(from: string, taken: ReadonlySet<string>): string {
  for (let number = 2; ; number++) {
    const ending = `_${number}`;
    const name = from.slice(0, MAX_NAME - ending.length) + ending;
    if (!taken.has(name)) return name;
  }
}
