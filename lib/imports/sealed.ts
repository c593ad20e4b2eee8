import { z } from "zod";
import { type SecretBox, SecretBoxError } from "@/lib/auth/secret-box";
import { AppError } from "@/lib/errors";
import { type ImportSource, ImportSourceSchema } from "./schemas";

/*
 * Addresses are keys: what a link carries (a signature, a token in its path) opens the door for whoever reads it. The store
 * holds them sealed and bound to their row, beside the little that lists may show.
 */

const SealedSchema = z.object({ sealed: z.string(), shown: z.unknown().optional() });
export type Sealed = z.infer<typeof SealedSchema>;

/** Which row a sealed value belongs to; moved elsewhere it does not open. */
export const importSeal = (id: string) => `import:${id}`;
export const fileSeal = (importId: string, path: string) => `import-file:${importId}:${path}`;

export function sealJson(box: SecretBox, value: unknown, context: string): Sealed {
  return { sealed: box.seal(JSON.stringify(value), context) };
}

export function sealSource(box: SecretBox, source: ImportSource, id: string): Sealed {
  return { ...sealJson(box, source, importSeal(id)), shown: shownSource(source) };
}

/** A row of an earlier release may still hold the value itself. */
export function openJson<S extends z.ZodType>(box: SecretBox, stored: unknown, schema: S, context: string) {
  const parsed = SealedSchema.safeParse(stored);
  if (!parsed.success) return schema.parse(stored);
  try {
    return schema.parse(JSON.parse(box.open(parsed.data.sealed, context)));
  } catch (cause) {
    if (!(cause instanceof SecretBoxError)) throw cause;
    throw new AppError("invalid_credentials", { params: { rule: "imports.errors.keyLost" }, cause });
  }
}

/** What lists tell of a source, without opening it. */
export function shownOf(stored: unknown): ImportSource {
  const sealed = SealedSchema.safeParse(stored);
  return sealed.success ? ImportSourceSchema.parse(sealed.data.shown) : shownSource(ImportSourceSchema.parse(stored));
}

/** Of an address its host and the name of the file: enough to know it again, of no use to anybody else. */
export function shownSource(source: ImportSource): ImportSource {
  if (source.kind !== "url") return source;
  if (!URL.canParse(source.url)) return { kind: "url", url: "https://…" };
  const url = new URL(source.url);
  const steps = url.pathname.split("/").filter(Boolean);
  const between = steps.length > 1 ? "…/" : "";
  return { kind: "url", url: `${url.origin}/${between}${steps.at(-1) ?? ""}` };
}
