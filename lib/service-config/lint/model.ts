import { type CommandFlags, changeFlags } from "../command";
import { sameFolder } from "../config-view";
import type { Path } from "../json-path";
import { finder, type Rule } from "./finding";

/** Whether `/oss` holds what the switches ask for: the model check of this very folder. */
export const modelRules: Rule = (input) => {
  const { view, facts, level } = input;
  const { model } = facts;
  // Another folder was not looked at.
  if (!view.isDiffusers || !model || !view.model || !sameFolder(view.model.uri, model.uri)) return [];
  const find = finder(input);
  const { report } = model;
  const at: Path = [...view.model.path, "oss", "path"];
  const flags = view.parsed?.flags;
  const command = (changes: Partial<CommandFlags>) => [
    { path: view.startPath, value: changeFlags(view.start ?? "", changes) },
  ];
  const found = `${model.uri}: ${report.fileCount} files, ${report.errors} errors`;
  const modelErrors = () => {
    const params = { count: report.errors };
    if (!report.overruled) return find(level, "model_errors", at, { params, facts: [found] });
    // Somebody said "upload anyway": said again, no longer in the way.
    return find("warning", "model_overruled", at, { params, facts: [found, ...report.overruled] });
  };
  const missing = (folder: string) => ({ shows: [view.startPath], facts: [`${model.uri}${folder}/ = ∅`] });
  return [
    !report.complete && find("error", "model_incomplete", [], { facts: [found] }),
    !report.folders.baseModel && find(level, "base_model_missing", at, { facts: [`${model.uri}base_model/ = ∅`] }),
    report.errors > 0 && modelErrors(),
    flags?.func === "controlnet" &&
      !report.folders.controlnet &&
      find(level, "controlnet_missing", view.startPath, {
        flag: "func",
        ...missing("controlnet"),
        repair: command({ func: "base" }),
      }),
    flags?.translate === true &&
      !report.folders.translate &&
      find(level, "translate_missing", view.startPath, {
        flag: "translate",
        ...missing("translate"),
        repair: command({ translate: false }),
      }),
  ];
};

/** Two services must not share a model root while either optimises: both write and delete in optimized_model/. */
export const sharedRootRules: Rule = (input) => {
  const { view, facts } = input;
  const { model } = view;
  if (!view.isDiffusers || !model?.uri || !facts.neighbours) return [];
  const mine = view.parsed?.flags.blade === true;
  const others = facts.neighbours.filter(
    ({ name, status, modelUri, optimises }) =>
      name !== facts.runningName && status !== "Stopped" && (mine || optimises) && sameFolder(modelUri, model.uri),
  );
  if (others.length === 0) return [];
  return [
    finder(input)("warning", "shared_root", [...model.path, "oss", "path"], {
      params: { names: others.map(({ name }) => name).join(", "), count: others.length },
      facts: others.map(({ name, status, optimises }) => `${name}: ${status}${optimises ? ", --use_blade" : ""}`),
    }),
  ];
};
