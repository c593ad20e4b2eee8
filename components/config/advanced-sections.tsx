"use client";

import type { ReactNode } from "react";
import { Badge } from "@/components/ui/badge";
import { useT } from "@/lib/i18n/react";
import { FIELD_GROUPS, FIELDS, type FieldGroup, type FieldSpec, PROBES } from "@/lib/service-config/fields";
import { CommandField, FlagSwitch } from "./command-fields";
import { ConfigField } from "./config-field";
import { useConfigEditor } from "./editor-context";
import { BlockFindings } from "./field-frame";
import { ImageFields } from "./image-fields";
import { RequestSizeFields, type RequestSizeFieldsProps } from "./request-size";
import { StorageSection } from "./storage-section";

interface AdvancedSectionsProps {
  connectionId: string;
  requestSize: RequestSizeFieldsProps;
}

/** Every other key, in the groups of the configuration itself. Each group is folded until it is asked for. */
export function AdvancedSections({ connectionId, requestSize }: AdvancedSectionsProps) {
  const { view } = useConfigEditor();
  return (
    <div className="grid gap-2">
      {FIELD_GROUPS.map((group) => (
        <Section key={group} group={group}>
          {group === "container" ? (
            <>
              <ImageFields connectionId={connectionId} />
              <CommandField />
              {view.isDiffusers ? <RareSwitches /> : null}
            </>
          ) : null}
          {group === "queue" || group === "autoscaler" ? <BlockFindings path={[group]} /> : null}
          {group === "storage" ? <StorageSection /> : null}
          {group === "rpc" && view.isDiffusers ? <RequestSizeFields {...requestSize} /> : null}
          {group === "probes" ? <Probes /> : <Fields specs={FIELDS[group].filter(({ id }) => id !== "dockerAuth")} />}
        </Section>
      ))}
    </div>
  );
}

const Fields = ({ specs }: { specs: readonly FieldSpec[] }) =>
  specs.map((spec) => <ConfigField key={spec.id} spec={spec} />);

function RareSwitches() {
  return (
    <>
      <FlagSwitch
        flag="notUseDefaultBlade"
        label="config.command.notUseDefaultBlade"
        hint="config.command.notUseDefaultBladeHint"
      />
      <FlagSwitch flag="removeOpt" label="config.command.removeOpt" hint="config.command.removeOptHint" />
    </>
  );
}

function Probes() {
  const t = useT();
  return PROBES.map((probe) => (
    <fieldset key={probe} className="grid min-w-0 gap-4 rounded-lg border border-line p-3 sm:col-span-2 sm:grid-cols-2">
      <legend className="px-1 font-medium">{t(`config.probes.${probe}`)}</legend>
      <BlockFindings path={["containers", 0, probe]} />
      <Fields specs={FIELDS.probes.filter(({ path }) => path[2] === probe)} />
    </fieldset>
  ));
}

function Section({ group, children }: { group: FieldGroup; children: ReactNode }) {
  const t = useT();
  const { get } = useConfigEditor();
  const count =
    group === "storage"
      ? lengthOf(get(["storage"]))
      : FIELDS[group].filter(({ path }) => get(path) !== undefined).length;
  return (
    <details className="rounded-lg border border-line bg-bg">
      <summary className="cursor-pointer rounded-lg px-3 py-2 font-medium">
        <span className="inline-flex items-center gap-2">
          <span>{t(`config.groups.${group}`)}</span>
          {count > 0 ? <Badge>{t("config.set", { count })}</Badge> : null}
        </span>
      </summary>
      <div className="grid gap-4 px-3 pt-1 pb-4 sm:grid-cols-2">{children}</div>
    </details>
  );
}

const lengthOf = (value: unknown) => (Array.isArray(value) ? value.length : 0);
