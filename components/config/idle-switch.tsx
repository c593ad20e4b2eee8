"use client";

import { useId } from "react";
import { Switch } from "@/components/ui/switch";
import { IDLE_LABEL } from "@/lib/guard/rule";
import { useT } from "@/lib/i18n/react";
import { useConfigEditor } from "./editor-context";

const PATH = ["labels", IDLE_LABEL];

/** Part of the configuration itself, so that the service carries it wherever it is looked at. */
export function IdleSwitch() {
  const t = useT();
  const id = useId();
  const { get, change } = useConfigEditor();
  const value = get(PATH);
  return (
    <div className="flex items-start gap-3">
      <Switch
        id={id}
        checked={typeof value === "string" && value !== "off"}
        onChange={(event) => change([{ path: PATH, value: event.target.checked ? "60m" : undefined }])}
        aria-describedby={`${id}-hint`}
        className="mt-px"
      />
      <div className="grid min-w-0 gap-0.5">
        <label htmlFor={id} className="font-medium">
          {t("guard.review.label")}
        </label>
        <p id={`${id}-hint`} className="text-sm text-text-2">
          {t("guard.review.hint")}
        </p>
      </div>
    </div>
  );
}
