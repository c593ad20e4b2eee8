"use client";

import { type ReactNode, useId } from "react";
import type { CommandFlags } from "@/lib/service-config/command";
import { COMMAND } from "@/lib/service-config/config-view";
import { type Path, showPath } from "@/lib/service-config/json-path";
import type { LintFinding } from "@/lib/service-config/lint/finding";
import { useConfigEditor } from "./editor-context";
import { FindingLine } from "./finding-line";
import { fieldAnchor } from "./focus-field";

export interface ControlProps {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}

interface FieldFrameProps {
  label: ReactNode;
  hint?: ReactNode;
  /** Where it is in the document: its findings stand beside it. */
  path: Path;
  flag?: keyof CommandFlags;
  /** Findings of other places that are put right here as well. */
  also?: (finding: LintFinding) => boolean;
  /** Shown in small: what the key is called in JSON. */
  showKey?: boolean;
  problem?: string;
  /** The control stands before its label: switches. */
  inline?: boolean;
  /** A group of controls rather than one. */
  group?: boolean;
  badge?: ReactNode;
  children: (props: ControlProps) => ReactNode;
}

/** Label, hint, key, what is wrong with the value, and what the rules say about it. */
export function FieldFrame(props: FieldFrameProps) {
  const { label, hint, path, flag, also, showKey, problem, inline, group, badge, children } = props;
  const id = useId();
  const findings = useFieldFindings(path, flag, also);
  const describedBy = [
    hint && `${id}-hint`,
    problem && `${id}-problem`,
    findings.length > 0 && `${id}-findings`,
  ].filter(Boolean);
  const control = children({
    id,
    "aria-describedby": describedBy.length > 0 ? describedBy.join(" ") : undefined,
    "aria-invalid": problem || findings.some(({ level }) => level === "error") ? true : undefined,
  });
  const Label = group ? "span" : "label";
  const title = (
    <Label
      {...(group ? { id: `${id}-label` } : { htmlFor: id })}
      className="flex flex-wrap items-center gap-2 font-medium"
    >
      {label}
      {badge}
    </Label>
  );
  const remarks = (
    <>
      {hint ? (
        <p id={`${id}-hint`} className="text-sm text-text-2">
          {hint}
        </p>
      ) : null}
      {showKey ? <p className="break-all font-mono text-text-3 text-xs">{showPath(path)}</p> : null}
      {problem ? (
        <p id={`${id}-problem`} className="text-bad text-sm">
          {problem}
        </p>
      ) : null}
      {findings.length > 0 ? (
        <ul id={`${id}-findings`} className="grid gap-1">
          {findings.map((finding) => (
            <FindingLine key={`${finding.code}:${showPath(finding.path)}`} finding={finding} />
          ))}
        </ul>
      ) : null}
    </>
  );
  if (inline)
    return (
      <div className="flex items-start gap-3" data-field={fieldAnchor(path, flag)}>
        {control}
        <div className="grid min-w-0 gap-0.5">
          {title}
          {remarks}
        </div>
      </div>
    );
  return (
    <div
      className="grid min-w-0 content-start gap-1.5"
      data-field={fieldAnchor(path, flag)}
      {...(group ? { role: "group", "aria-labelledby": `${id}-label` } : {})}
    >
      {title}
      {control}
      {remarks}
    </div>
  );
}

/** Findings of this key and of what lies below it; those of one switch belong to that switch. */
export function useFieldFindings(
  path: Path,
  flag?: keyof CommandFlags,
  also: (finding: LintFinding) => boolean = () => false,
): LintFinding[] {
  const { findings } = useConfigEditor();
  return findings.filter(
    (finding) => also(finding) || (finding.flag === flag && path.length > 0 && startsWith(placeOf(finding), path)),
  );
}

/** A key that is misspelt belongs to the field of the right one, and a side container's to that of the first; a switch is one, wherever the command stands. */
function placeOf({ path, flag, params: { right } }: LintFinding): Path {
  if (flag !== undefined) return COMMAND;
  if (typeof right === "string") return [...path.slice(0, -1), right];
  return path[0] === "containers" && typeof path[1] === "number" ? ["containers", 0, ...path.slice(2)] : path;
}

const startsWith = (path: Path, beginning: Path) => beginning.every((part, index) => path[index] === part);

/** Findings of a block as a whole, which no field in it has. */
export function BlockFindings({ path }: { path: Path }) {
  const { findings } = useConfigEditor();
  const own = findings.filter((finding) => finding.path.length === path.length && startsWith(finding.path, path));
  if (own.length === 0) return null;
  return (
    <ul className="grid gap-1 sm:col-span-2" data-field={fieldAnchor(path)}>
      {own.map((finding) => (
        <FindingLine key={finding.code} finding={finding} />
      ))}
    </ul>
  );
}
