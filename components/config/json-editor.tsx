"use client";

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { Annotation, EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useEffectEvent, useRef } from "react";
import { useT } from "@/lib/i18n/react";
import type { Translate } from "@/lib/i18n/translate";
import { toDiagnostics } from "./diagnostics";
import { useConfigEditor } from "./editor-context";

/** The configuration's text, with the findings at their lines. */
export function JsonEditor() {
  const t = useT();
  const editor = useConfigEditor();
  const { text, setText } = editor;
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const write = useEffectEvent((typed: string) => setText(typed));
  const open = useEffectEvent((parent: HTMLElement) => openView(parent, text, t, write));

  useEffect(() => {
    if (!place.current) return;
    const opened = open(place.current);
    view.current = opened;
    return () => {
      view.current = null;
      opened.destroy();
    };
  }, []);

  // Changes that do not come from here: a repair, an imported file, another format.
  useEffect(() => {
    const current = view.current;
    if (!current || current.state.doc.toString() === text) return;
    const changes = { from: 0, to: current.state.doc.length, insert: text };
    current.dispatch({ changes, annotations: FromOutside.of(true) });
  }, [text]);

  useEffect(() => {
    const current = view.current;
    if (!current) return;
    current.dispatch(setDiagnostics(current.state, toDiagnostics(t, editor, current.state.doc.length)));
  });

  return <div ref={place} className="min-w-0 overflow-hidden rounded-lg border border-line-strong bg-surface" />;
}

const FromOutside = Annotation.define<boolean>();

function openView(parent: HTMLElement, text: string, t: Translate, write: (text: string) => void): EditorView {
  const tell = EditorView.updateListener.of((update) => {
    const isOurs = update.transactions.some((transaction) => transaction.annotation(FromOutside));
    if (update.docChanged && !isOurs) write(update.state.doc.toString());
  });
  const state = EditorState.create({ doc: text, extensions: [extensions(t), tell] });
  // The content security policy admits no style elements; within a shadow root the editor uses adopted style sheets.
  const root = parent.shadowRoot ?? parent.attachShadow({ mode: "open" });
  return new EditorView({ state, parent: root, root });
}

function extensions(t: Translate): Extension {
  return [
    lineNumbers(),
    lintGutter(),
    history(),
    drawSelection(),
    highlightActiveLine(),
    bracketMatching(),
    json(),
    syntaxHighlighting(COLOURS),
    // Escape and then Tab leaves the editor: CodeMirror's own way out.
    keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap, indentWithTab]),
    EditorView.lineWrapping,
    // The index says what contenteditable implies: what scrolls can be reached by keyboard.
    EditorView.contentAttributes.of({
      "aria-label": t("config.editor.label"),
      "aria-multiline": "true",
      tabindex: "0",
    }),
    EditorState.phrases.of({
      Diagnostics: t("config.lint.summary"),
      "No diagnostics": t("config.phrases.noFindings"),
      close: t("common.close"),
      "current diagnostic": t("config.phrases.current"),
    }),
    LOOK,
  ];
}

const colour = (name: string) => `var(--color-${name})`;

const COLOURS = HighlightStyle.define([
  { tag: tags.propertyName, color: colour("info") },
  { tag: tags.string, color: colour("ok") },
  { tag: [tags.number, tags.bool, tags.null], color: colour("warn") },
  { tag: tags.invalid, color: colour("bad") },
]);

const LOOK = EditorView.theme({
  "&": { color: colour("text"), backgroundColor: colour("surface"), fontSize: "13px", maxHeight: "36rem" },
  "&.cm-focused": { outline: `2px solid ${colour("accent")}`, outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "1.6", overflow: "auto" },
  ".cm-content": { caretColor: colour("text"), minHeight: "14rem" },
  ".cm-gutters": { backgroundColor: colour("bg"), color: colour("text-3"), border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine": { backgroundColor: `color-mix(in oklab, ${colour("hover")} 60%, transparent)` },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: colour("accent-soft"),
  },
  ".cm-cursor": { borderLeftColor: colour("text") },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    backgroundColor: colour("hover"),
    outline: `1px solid ${colour("line-strong")}`,
  },
  ".cm-tooltip": {
    backgroundColor: colour("raised"),
    color: colour("text"),
    border: `1px solid ${colour("line-strong")}`,
    borderRadius: "6px",
  },
  ".cm-panels": { backgroundColor: colour("raised"), color: colour("text") },
  ".cm-panel.cm-panel-lint ul [aria-selected]": { backgroundColor: colour("accent-soft"), color: colour("text") },
  ".cm-diagnostic": { padding: "6px 10px" },
  ".cm-diagnostic-error": { borderLeftColor: colour("bad-solid") },
  ".cm-diagnostic-warning": { borderLeftColor: colour("warn-solid") },
  ".cm-diagnostic-info": { borderLeftColor: colour("info-solid") },
  ".cm-lintRange-error": { backgroundImage: "none", borderBottom: `2px dotted ${colour("bad-solid")}` },
  ".cm-lintRange-warning": { backgroundImage: "none", borderBottom: `2px dotted ${colour("warn-solid")}` },
  ".cm-lintRange-info": { backgroundImage: "none", borderBottom: `2px dotted ${colour("info-solid")}` },
});
