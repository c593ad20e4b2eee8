"use client";

import { createContext, use, useMemo, useRef } from "react";
import { type ConfigView, viewConfig } from "@/lib/service-config/config-view";
import {
  applyPatches,
  type ConfigDocument,
  type DocumentProblem,
  type Patch,
  readDocument,
} from "@/lib/service-config/document";
import { type Path, valueAt } from "@/lib/service-config/json-path";
import type { LintFacts, LintFinding } from "@/lib/service-config/lint/finding";
import { lintDocument } from "@/lib/service-config/lint/lint";

/** One configuration as form, editor and findings share it. */
export interface ConfigEditor {
  text: string;
  /** The last valid state of the text: what the form shows while `problem` is there. */
  document: ConfigDocument;
  view: ConfigView;
  problem?: DocumentProblem;
  findings: readonly LintFinding[];
  facts: LintFacts;
  setText: (text: string) => void;
  change: (patches: readonly Patch[]) => void;
  get: (path: Path) => unknown;
}

const EMPTY = readDocument("{}");

interface UseEditor {
  text: string;
  setText: (text: string) => void;
  facts: LintFacts;
}

export function useEditor({ text, setText, facts }: UseEditor): ConfigEditor {
  const read = useMemo(() => readDocument(text), [text]);
  const last = useLastValid(read.ok ? read.document : undefined);
  const view = useMemo(() => viewConfig(last.value), [last]);
  const findings = useMemo(() => lintDocument(last, facts), [last, facts]);
  return {
    text,
    document: last,
    view,
    ...(read.ok ? {} : { problem: read.problem }),
    findings,
    facts,
    setText,
    change: (patches) => setText(applyPatches(text, patches)),
    get: (path) => valueAt(last.value, path),
  };
}

function useLastValid(document: ConfigDocument | undefined): ConfigDocument {
  const last = useRef(document);
  if (document) last.current = document;
  if (last.current) return last.current;
  if (!EMPTY.ok) throw new Error("An empty object is a document.");
  return EMPTY.document;
}

export const EditorContext = createContext<ConfigEditor | null>(null);

export function useConfigEditor(): ConfigEditor {
  const editor = use(EditorContext);
  if (!editor) throw new Error("EditorContext is missing above this component.");
  return editor;
}
