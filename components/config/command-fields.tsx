"use client";

import { Button } from "@/components/ui/button";
import { Switch } from "@/components/ui/switch";
import { regionPinyin } from "@/lib/connection";
import { useT } from "@/lib/i18n/react";
import type { MessageKey } from "@/lib/i18n/translate";
import { type CommandFlags, toCommand } from "@/lib/service-config/command";
import { COMMAND } from "@/lib/service-config/config-view";
import { commandPatches } from "@/lib/service-config/form";
import { TypedField } from "./config-field";
import { useConfigEditor } from "./editor-context";
import { FieldFrame } from "./field-frame";

type SwitchName = "blade" | "translate" | "closeSafety" | "notUseDefaultBlade" | "removeOpt";

interface FlagSwitchProps {
  flag: SwitchName;
  label: MessageKey;
  hint: MessageKey;
  /** Why it cannot be changed now; stands in place of the hint. */
  disabledReason?: string;
}

/** A switch of the start command as a switch of the form. */
export function FlagSwitch({ flag, label, hint, disabledReason }: FlagSwitchProps) {
  const t = useT();
  const { view, document, change } = useConfigEditor();
  const isOn = view.parsed?.flags[flag] ?? false;
  return (
    <FieldFrame label={t(label)} hint={disabledReason ?? t(hint)} path={COMMAND} flag={flag} inline>
      {(control) => (
        <Switch
          {...control}
          className="mt-px"
          checked={isOn}
          disabled={Boolean(disabledReason)}
          onChange={(event) => change(commandPatches(document.value, { [flag]: event.target.checked }))}
        />
      )}
    </FieldFrame>
  );
}

const COMMAND_FIELD = { id: "command", path: COMMAND, kind: "text" } as const;

/** The command itself, whoever wrote it. */
export function CommandField() {
  const t = useT();
  const { view, change, facts } = useConfigEditor();
  const saveDir = view.result?.uri;
  const restored: Partial<CommandFlags> = { region: regionPinyin(facts.region), ossSaveDir: saveDir };
  return (
    <div className="grid gap-2 sm:col-span-2">
      <TypedField
        spec={COMMAND_FIELD}
        path={COMMAND}
        // The region has no field of its own: it is the service's.
        also={({ flag }) => flag === "region"}
        label={t("config.command.label")}
        hint={view.isDiffusers || view.command === undefined ? t("config.command.hint") : t("config.command.own")}
        showKey
      />
      {view.isDiffusers ? null : (
        <Button
          size="sm"
          className="justify-self-start"
          onClick={() => change([{ path: COMMAND, value: toCommand(restored) }])}
        >
          {t("config.command.restore")}
        </Button>
      )}
    </div>
  );
}
