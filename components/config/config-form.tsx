"use client";

import type { UseQueryResult } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { Callout } from "@/components/ui/callout";
import { Tabs } from "@/components/ui/tabs";
import { useT } from "@/lib/i18n/react";
import type { MachineFacts } from "@/lib/service-config/machine";
import type { WorkspaceView } from "@/lib/services/list-workspaces";
import { AdvancedSections } from "./advanced-sections";
import { useConfigEditor } from "./editor-context";
import { focusField, resolveAnchor } from "./focus-field";
import { JsonPanel } from "./json-panel";
import { ProblemLine } from "./problem-line";
import type { RequestSizeFieldsProps } from "./request-size";
import { ServiceFields } from "./service-fields";

export type ConfigTab = "form" | "json";

interface ConfigFormProps {
  connectionId: string;
  machines: Pick<UseQueryResult<MachineFacts[]>, "data" | "error" | "refetch">;
  workspaces: readonly WorkspaceView[];
  isUpdate?: boolean;
  tab: ConfigTab;
  onTab: (tab: ConfigTab) => void;
  requestSize: RequestSizeFieldsProps;
  /** The field that somebody was sent to. */
  focusOn?: string;
}

/** Two views of one document. Text that is not valid freezes the form, which says where and waits. */
export function ConfigForm(props: ConfigFormProps) {
  const { connectionId, machines, workspaces, isUpdate, tab, onTab, requestSize, focusOn } = props;
  const t = useT();
  const { problem, view } = useConfigEditor();
  const form = useRef<HTMLFieldSetElement>(null);
  const reached = useRef<string>(undefined);
  const isDrawn = Boolean(machines.data ?? machines.error);
  useEffect(() => {
    if (!focusOn || !isDrawn || !form.current || reached.current === focusOn) return;
    reached.current = focusOn;
    focusField(form.current, resolveAnchor(focusOn, view));
  }, [focusOn, isDrawn, view]);
  return (
    <Tabs
      label={t("config.tabs.label")}
      value={tab}
      onChange={(id) => onTab(id === "json" ? "json" : "form")}
      tabs={[
        {
          id: "form",
          label: t("config.tabs.form"),
          content: (
            <div className="grid gap-5">
              {problem ? (
                <Callout tone="bad" title={t("config.frozen.title")}>
                  <ProblemLine problem={problem} /> {t("config.frozen.form")}
                </Callout>
              ) : null}
              <fieldset ref={form} data-config-form="" disabled={problem !== undefined} className="grid min-w-0 gap-5">
                <ServiceFields
                  connectionId={connectionId}
                  machines={machines}
                  workspaces={workspaces}
                  isUpdate={isUpdate}
                />
                <details className="rounded-lg border border-line bg-surface">
                  <summary className="cursor-pointer rounded-lg px-4 py-3 font-medium">
                    {t("deploy.service.advanced")}
                  </summary>
                  <div className="px-4 pb-4">
                    <AdvancedSections connectionId={connectionId} requestSize={requestSize} />
                  </div>
                </details>
              </fieldset>
            </div>
          ),
        },
        { id: "json", label: t("config.tabs.json"), content: <JsonPanel /> },
      ]}
    />
  );
}
