import { curl } from "./curl";
import { go } from "./go";
import { java } from "./java";
import { python, pythonSdk } from "./python";
import type { SnippetTarget } from "./target";
import { typescript } from "./typescript";

export const SNIPPET_LANGUAGES = ["curl", "python", "pythonSdk", "typescript", "go", "java"] as const;
export type SnippetLanguage = (typeof SNIPPET_LANGUAGES)[number];

const WRITERS: Record<SnippetLanguage, (target: SnippetTarget) => string> = {
  curl,
  python,
  pythonSdk,
  typescript,
  go,
  java,
};

/** The official Python client is for queues; a call without one needs no more than `requests`. */
export function languagesOf({ isAsync }: { isAsync: boolean }): readonly SnippetLanguage[] {
  return SNIPPET_LANGUAGES.filter((language) => isAsync || language !== "pythonSdk");
}

/** One call with all its parameters, to be pasted as it is. */
export function snippet(language: SnippetLanguage, target: SnippetTarget): string {
  return WRITERS[language](target);
}
