"use client";

import type { UseQueryResult } from "@tanstack/react-query";
import { useState } from "react";
import { Card } from "@/components/ui/card";
import { Input } from "@/components/ui/input";
import { RadioCards } from "@/components/ui/radio-cards";
import { Select } from "@/components/ui/select";
import { useT } from "@/lib/i18n/react";
import { COMMAND } from "@/lib/service-config/config-view";
import { commandPatches, formPatches, modelPatches, resultPatches } from "@/lib/service-config/form";
import type { Path } from "@/lib/service-config/json-path";
import { type MachineFacts, supportsBlade } from "@/lib/service-config/machine";
import { toFolder, toOssUri } from "@/lib/service-config/oss-uri";
import type { WorkspaceView } from "@/lib/services/list-workspaces";
import { FlagSwitch } from "./command-fields";
import { useConfigEditor } from "./editor-context";
import { BlockFindings, FieldFrame } from "./field-frame";
import { InstancePicker } from "./instance-picker";

interface ServiceFieldsProps {
  connectionId: string;
  machines: Pick<UseQueryResult<MachineFacts[]>, "data" | "error" | "refetch">;
  /** Empty where the account may not list them: a service lives without one too. */
  workspaces: readonly WorkspaceView[];
  /** A service that is there keeps its name. */
  isUpdate?: boolean;
}

/** What everybody decides on, in plain words. */
export function ServiceFields({ connectionId, machines, workspaces, isUpdate }: ServiceFieldsProps) {
  const { view } = useConfigEditor();
  return (
    <>
      {view.isDiffusers ? <FunctionField /> : null}
      <InstancePicker connectionId={connectionId} query={machines} />
      {view.isDiffusers ? <Switches machines={machines.data} /> : null}
      <ModeField />
      <div className="grid gap-5 sm:grid-cols-2">
        {isUpdate ? <BlockFindings path={NAME} /> : <NameField />}
        <FolderField kind="result" />
        <FolderField kind="model" />
        {isUpdate ? null : <WorkspaceField workspaces={workspaces} />}
      </div>
    </>
  );
}

function FunctionField() {
  const t = useT();
  const { view, document, facts, change } = useConfigEditor();
  const folders = facts.model?.report.folders;
  const func = view.parsed?.flags.func ?? "base";
  return (
    <FieldFrame label={t("deploy.service.func")} path={COMMAND} flag="func" group>
      {(control) => (
        <RadioCards
          aria-label={t("deploy.service.func")}
          aria-describedby={control["aria-describedby"]}
          value={func}
          onChange={(next) => change(commandPatches(document.value, { func: next }))}
          options={[
            { value: "base", title: t("deploy.service.base"), description: t("deploy.service.baseHint") },
            {
              value: "controlnet",
              title: t("deploy.service.controlnet"),
              description: t("deploy.service.controlnetHint"),
              disabledReason:
                folders && !folders.controlnet && func !== "controlnet"
                  ? t("deploy.service.controlnetMissing")
                  : undefined,
            },
          ]}
        />
      )}
    </FieldFrame>
  );
}

function Switches({ machines }: { machines: readonly MachineFacts[] | undefined }) {
  const t = useT();
  const { view, facts } = useConfigEditor();
  const { blade = false } = view.parsed?.flags ?? {};
  const machine = machines?.find(({ instanceType }) => instanceType === view.instanceTypes[0]?.type);
  const folders = facts.model?.report.folders;
  return (
    <Card level={3} title={t("deploy.service.switches")}>
      <div className="grid gap-4">
        <FlagSwitch
          flag="blade"
          label="deploy.service.blade"
          hint="deploy.service.bladeHint"
          disabledReason={
            machine && !supportsBlade(machine.gpu?.model) && !blade
              ? t("deploy.service.bladeHardware", { gpu: machine.gpu?.model ?? t("common.none") })
              : undefined
          }
        />
        <FlagSwitch
          flag="translate"
          label="deploy.service.translate"
          hint={folders && !folders.translate ? "deploy.service.translateMissing" : "deploy.service.translateHint"}
        />
        <FlagSwitch flag="closeSafety" label="deploy.service.closeSafety" hint="deploy.service.closeSafetyHint" />
      </div>
    </Card>
  );
}

const TYPE: Path = ["metadata", "type"];

function ModeField() {
  const t = useT();
  const { view, document, facts, change } = useConfigEditor();
  return (
    <FieldFrame label={t("deploy.service.mode")} path={TYPE} group>
      {(control) => (
        <RadioCards
          aria-label={t("deploy.service.mode")}
          aria-describedby={control["aria-describedby"]}
          value={view.isAsync ? "async" : "sync"}
          onChange={(mode) => change(formPatches(document.value, { mode }, facts))}
          options={[
            { value: "sync", title: t("deploy.service.sync"), description: t("deploy.service.syncHint") },
            { value: "async", title: t("deploy.service.async"), description: t("deploy.service.asyncHint") },
          ]}
        />
      )}
    </FieldFrame>
  );
}

const NAME: Path = ["metadata", "name"];

function NameField() {
  const t = useT();
  const { view, document, facts, change } = useConfigEditor();
  return (
    <FieldFrame label={t("deploy.service.name")} hint={t("deploy.service.nameHint")} path={NAME}>
      {(control) => (
        <Input
          {...control}
          mono
          spellCheck={false}
          autoCapitalize="none"
          autoComplete="off"
          value={view.name ?? ""}
          onChange={(event) => change(formPatches(document.value, { name: event.target.value }, facts))}
        />
      )}
    </FieldFrame>
  );
}

/** `oss://bucket/folder/`; a folder alone means the bucket that is mounted there or chosen. */
function FolderField({ kind }: { kind: "model" | "result" }) {
  const t = useT();
  const { view, document, facts, change } = useConfigEditor();
  const [typed, setTyped] = useState<string>();
  const mount = view[kind];
  const chosen = kind === "model" ? (facts.modelUri ?? facts.bucket) : facts.bucket;
  const bucket = mount?.bucket ?? chosen?.replace(/^oss:\/\//, "").split("/")[0] ?? "";
  if (!view.isDiffusers && !mount) return null;

  function write(text: string) {
    setTyped(text);
    const named = /^oss:\/\/([^/]+)/.exec(text.trim())?.[1] ?? bucket;
    if (named === "") return;
    const uri = toOssUri(named, toFolder(text));
    change(kind === "model" ? modelPatches(document.value, uri) : resultPatches(document.value, uri));
  }

  return (
    <FieldFrame
      label={t(kind === "model" ? "deploy.service.modelPath" : "deploy.service.resultPath")}
      hint={t(kind === "model" ? "deploy.service.modelPathHint" : "deploy.service.resultPathHint", { bucket })}
      path={mount?.path ?? []}
      also={({ code, flag }) => code === `mount_${kind}_missing` || (kind === "result" && flag === "ossSaveDir")}
    >
      {(control) => (
        <Input
          {...control}
          mono
          spellCheck={false}
          autoCapitalize="none"
          autoComplete="off"
          value={typed ?? mount?.uri ?? ""}
          onChange={(event) => write(event.target.value)}
          onBlur={() => setTyped(undefined)}
        />
      )}
    </FieldFrame>
  );
}

function WorkspaceField({ workspaces }: { workspaces: readonly WorkspaceView[] }) {
  const t = useT();
  const { get, change } = useConfigEditor();
  const path: Path = ["metadata", "workspace_id"];
  const value = get(path);
  const id = typeof value === "string" ? value : "";
  const known = workspaces.some((workspace) => workspace.id === id);
  return (
    <FieldFrame label={t("deploy.service.workspace")} hint={t("deploy.service.workspaceHint")} path={path}>
      {(control) => (
        <Select
          {...control}
          value={id}
          onChange={(event) => change([{ path, value: event.target.value || undefined }])}
        >
          <option value="">{t("common.none")}</option>
          {id !== "" && !known ? <option value={id}>{id}</option> : null}
          {workspaces.map((workspace) => (
            <option key={workspace.id} value={workspace.id}>
              {workspace.name}
            </option>
          ))}
        </Select>
      )}
    </FieldFrame>
  );
}
