"use client";

import { useId } from "react";
import { Switch } from "@/components/ui/switch";
import { IDLE_PATH, IDLE_SPAN, isForTrying } from "@/lib/guard/idle-default";
import { useT } from "@/lib/i18n/react";
import { useConfigEditor } from "./editor-context";

interface IdleSwitchProps {
  /** Somebody has decided: the default for services that are for trying holds no more. */
  onDecide: () => void;
}

/** Part of the configuration itself, so that the service carries it wherever it is looked at. */
export function IdleSwitch({ onDecide }: IdleSwitchProps) {
  const t = useT();
  const id = useId();
  const { get, change, view } = useConfigEditor();
  const value = get(IDLE_PATH);
  const isOn = typeof value === "string" && value !== "off";
  const forTrying = isForTrying(view);
  return (
    <div className="flex items-start gap-3">
      <Switch
        id={id}
        checked={isOn}
        onChange={(event) => {
          change([{ path: IDLE_PATH, value: event.target.checked ? IDLE_SPAN : undefined }]);
          onDecide();
        }}
        aria-describedby={`${id}-hint`}
        className="mt-px"
      />
      <div className="grid min-w-0 gap-0.5">
        <label htmlFor={id} className="font-medium">
          {t("guard.review.label")}
        </label>
        <div id={`${id}-hint`} className="grid gap-0.5 text-sm text-text-2">
          <p>
            {t("guard.review.hint")} {forTrying ? t("guard.review.onFor") : null}
          </p>
          <p>{t("guard.review.uses")}</p>
          {isOn && !forTrying ? <p className="text-warn">{t("guard.review.doubtful")}</p> : null}
        </div>
      </div>
    </div>
  );
}
