"use client";

import { useId } from "react";
import { Switch } from "@/components/ui/switch";
import { useT } from "@/lib/i18n/react";

/** The proof costs seconds of the GPU, so it is said and can be left out. */
export function FirstPictureSwitch({ on, onChange }: { on: boolean; onChange: (on: boolean) => void }) {
  const t = useT();
  const id = useId();
  return (
    <div className="flex items-start gap-3">
      <Switch
        id={id}
        checked={on}
        onChange={(event) => onChange(event.target.checked)}
        aria-describedby={`${id}-hint`}
        className="mt-px"
      />
      <div className="grid min-w-0 gap-0.5">
        <label htmlFor={id} className="font-medium">
          {t("deploy.review.firstPicture")}
        </label>
        <p id={`${id}-hint`} className="text-sm text-text-2">
          {t("deploy.review.firstPictureHint")}
        </p>
      </div>
    </div>
  );
}
