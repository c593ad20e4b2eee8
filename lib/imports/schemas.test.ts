import { describe, expect, test } from "vitest";
import { ImportFormSchema } from "./schemas";

const FORM = {
  kind: "url",
  preset: "",
  url: "https://models.example/v1.safetensors",
  repository: "",
  revision: "",
  fromBucket: "",
  fromPrefix: "",
  bucket: "pictures",
  prefix: "models/a",
  folder: "",
} as const;

describe("the form of an import", () => {
  test.each([
    [{}, { kind: "url", url: FORM.url }],
    [
      { kind: "huggingface", repository: " owner/sd " },
      { kind: "huggingface", id: "owner/sd", revision: "main" },
    ],
    [
      { kind: "modelscope", repository: "damo/x", revision: "v1.0" },
      { kind: "modelscope", id: "damo/x", revision: "v1.0" },
    ],
    [
      { kind: "bucket", fromBucket: "other", fromPrefix: "m/" },
      { kind: "bucket", bucket: "other", prefix: "m/" },
    ],
  ])("%j", (change, source) => {
    expect(ImportFormSchema.parse({ ...FORM, ...change })).toEqual({
      source,
      bucket: "pictures",
      prefix: "models/a",
      folder: "",
    });
  });

  test.each<[object, string[]]>([
    [{ url: "", bucket: "", prefix: "" }, ["bucket", "prefix", "url"]],
    [{ url: "ftp://x.example/a" }, ["url"]],
    [{ kind: "huggingface", repository: "no-owner", revision: "a b" }, ["repository", "revision"]],
    [{ kind: "bucket", fromBucket: "Not_A_Bucket" }, ["fromBucket"]],
  ])("names every wrong field of %j at once", (change, fields) => {
    const { error } = ImportFormSchema.safeParse({ ...FORM, ...change });
    expect(error?.issues.map(({ path }) => path.join("."))?.sort()).toEqual(fields);
    for (const issue of error?.issues ?? []) expect(issue.message).toMatch(/^imports\.errors\./);
  });
});
