import type { CommandFlags } from "@/lib/service-config/command";
import type { ConfigView } from "@/lib/service-config/config-view";
import { type Path, showPath } from "@/lib/service-config/json-path";

/** What a field is called in links and in the page: its path, and the switch of the command that it stands for. */
export function fieldAnchor(path: Path, flag?: keyof CommandFlags): string | undefined {
  if (path.length === 0) return undefined;
  return flag ? `${showPath(path)}#${flag}` : showPath(path);
}

/** Where `instance`, `model` and `result` are in this document; all else is a path already. */
export function resolveAnchor(wanted: string, view: ConfigView): string {
  const [name = "", ...rest] = wanted.split(".");
  const places: Record<string, Path | undefined> = {
    instance: view.instanceTypes[0]?.path ?? ["cloud", "computing", "instance_type"],
    model: view.model?.path ?? ["storage"],
    result: view.result?.path ?? ["storage"],
  };
  const place = places[name];
  return place ? [showPath(place), ...rest].join(".") : wanted;
}

/** The field itself, else the first within it, else the nearest around it. */
export function chooseAnchor(fields: readonly string[], wanted: string): string | undefined {
  if (fields.includes(wanted)) return wanted;
  const isWithin = (inner: string, outer: string) =>
    inner.startsWith(outer) && outer !== "" && /^[.[#]/.test(inner.slice(outer.length));
  return (
    fields.find((field) => isWithin(field, wanted)) ??
    fields.filter((field) => isWithin(wanted, field)).sort((a, b) => b.length - a.length)[0]
  );
}

/** Unfolds what hides the field and puts the focus into it; false where the form has no such field. */
export function focusField(form: HTMLElement, anchor: string): boolean {
  const frames = [...form.querySelectorAll<HTMLElement>("[data-field]")];
  const chosen = chooseAnchor(
    frames.map((one) => one.dataset.field ?? ""),
    anchor,
  );
  const frame = frames.find((one) => one.dataset.field === chosen);
  if (!frame) return false;
  for (let around = frame.parentElement; around && around !== form; around = around.parentElement)
    if (around instanceof HTMLDetailsElement) around.open = true;
  const control = frame.querySelector<HTMLElement>("input:checked, input, select, textarea, button");
  frame.scrollIntoView({ block: "center" });
  control?.focus({ preventScroll: true });
  return true;
}
