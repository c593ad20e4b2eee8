"use client";

import { Dices, Lock, LockOpen } from "lucide-react";
import { useFormContext } from "react-hook-form";
import { TextField } from "@/components/form/text-field";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { useT } from "@/lib/i18n/react";
import type { FormValues } from "@/lib/playground/form-values";
import { newSeed } from "./new-ids";

/** Empty, each picture has a seed of its own; locked, the next has the same: that of the picture in sight, to begin with. */
export function SeedField({ shown }: { shown: string | undefined }) {
  const t = useT();
  const { setValue, watch } = useFormContext<FormValues>();
  const seed = watch("seed");
  const isLocked = seed.trim() !== "";
  const set = (to: string) => setValue("seed", to, { shouldValidate: true, shouldDirty: true });
  return (
    <div className="grid gap-2">
      <TextField name="seed" label={t("playground.seed")} optional mono placeholder={t("playground.seedRandom")} />
      <div className="flex flex-wrap items-center gap-1">
        <Button size="sm" variant="ghost" icon={<Dices aria-hidden="true" />} onClick={() => set(newSeed())}>
          {t("playground.seedRoll")}
        </Button>
        <Button
          size="sm"
          variant="ghost"
          icon={isLocked ? <Lock aria-hidden="true" /> : <LockOpen aria-hidden="true" />}
          aria-pressed={isLocked}
          onClick={() => set(isLocked ? "" : (shown ?? newSeed()))}
        >
          {t("playground.seedLock")}
        </Button>
        {isLocked ? <CopyButton variant="ghost" text={seed.trim()} label={t("playground.copySeed")} /> : null}
      </div>
    </div>
  );
}
