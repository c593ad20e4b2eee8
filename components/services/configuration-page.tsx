"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CopyPlus, Undo2 } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useState } from "react";
import { ChangeList } from "@/components/config/change-list";
import { ConfigForm, type ConfigTab } from "@/components/config/config-form";
import { EditorContext, useConfigEditor, useEditor } from "@/components/config/editor-context";
import { ExportsCard } from "@/components/config/exports-card";
import { FirstPictureSwitch } from "@/components/config/first-picture-switch";
import { LintList } from "@/components/config/lint-list";
import { useConfigFacts } from "@/components/config/use-config-facts";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { LinkButton } from "@/components/ui/link-button";
import { Select } from "@/components/ui/select";
import { SkeletonRows } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import { serviceCan } from "@/lib/eas/service-can";
import { useT } from "@/lib/i18n/react";
import { paths } from "@/lib/paths";
import { unwrap } from "@/lib/result";
import { HIDDEN } from "@/lib/service-config/secrets";
import type { RequestSize } from "@/lib/service-config/timing";
import { planTexts, type UpdatePlan } from "@/lib/service-config/update-plan";
import { rollBackService, updateService } from "@/lib/services/actions";
import { serviceQueries } from "@/lib/services/queries";
import type { ServiceDetail } from "@/lib/services/view";
import { refusalText } from "./service-actions";
import { useServiceScope } from "./use-live";

/** What runs, as form and JSON; what a change of it would be, and mean. */
export function ConfigurationPage() {
  const t = useT();
  const { connectionId, name } = useServiceScope();
  const { data: snapshot } = useQuery(serviceQueries.live(connectionId, name));
  const service = snapshot?.service;
  if (!service) return <SkeletonRows rows={6} label={t("common.loading")} />;
  if (service.config === undefined)
    return <EmptyState title={t("config.running.none")} description={t("config.running.noneHint")} />;
  return <ConfigurationEditor service={service} running={service.config} />;
}

interface Edit {
  /** What ran when the first change was made. */
  base: string;
  text: string;
}

function ConfigurationEditor({ service, running }: { service: ServiceDetail; running: string }) {
  const t = useT();
  const { connectionId, name, rights } = useServiceScope();
  const [edit, setEdit] = useState<Edit>();
  const [tab, setTab] = useState<ConfigTab>("form");
  const focusOn = useSearchParams().get("field") ?? undefined;
  const [wantsPicture, setWantsPicture] = useState(true);
  const proving = { on: wantsPicture && service.flags !== undefined, onChange: setWantsPicture };
  const [expected, setExpected] = useState<RequestSize>();
  const machines = useQuery(serviceQueries.machineSpecs(connectionId));
  const text = edit?.text ?? running;
  const facts = useConfigFacts({
    connection: { id: connectionId, region: service.region },
    text,
    runningName: name,
    expected,
  });
  const editor = useEditor({ text, setText: (next) => setEdit({ base: edit?.base ?? running, text: next }), facts });
  const plan = edit && !editor.problem ? planTexts(running, text) : null;
  const errors = editor.findings.filter(({ level }) => level === "error").length;
  const isStale = edit !== undefined && edit.base !== running && plan?.effect !== "none";
  const update = useUpdate(service, () => setEdit(undefined));
  const blocked =
    refusalText(t, rights.write, serviceCan.update(service)) ??
    (editor.problem
      ? t("config.frozen.title")
      : !plan || plan.effect === "none"
        ? t("config.noChange")
        : errors > 0
          ? t("deploy.service.repairFirst", { count: errors })
          : undefined);

  return (
    <EditorContext value={editor}>
      <div className="grid gap-5">
        <Tools service={service} />
        {isStale ? (
          <Callout
            tone="warn"
            role="status"
            title={t("config.changedMeanwhile")}
            actions={
              <Button size="sm" onClick={() => setEdit(undefined)}>
                {t("config.running.discard")}
              </Button>
            }
          />
        ) : null}
        <ConfigForm
          connectionId={connectionId}
          machines={machines}
          workspaces={[]}
          isUpdate
          tab={tab}
          onTab={setTab}
          focusOn={focusOn}
          requestSize={{ value: expected, onChange: setExpected }}
        />
        {editor.problem ? null : <LintList findings={editor.findings} withFields={tab === "form"} />}
        {plan && plan.effect !== "none" ? <Plan plan={plan} service={service} proving={proving} /> : null}
        {update.error ? <ErrorNotice error={toView(update.error)} /> : null}
        <div className="flex flex-wrap items-center justify-end gap-x-3 gap-y-2 border-line border-t pt-4">
          {blocked ? <p className="mr-auto text-sm text-text-2">{blocked}</p> : null}
          {edit ? <Button onClick={() => setEdit(undefined)}>{t("config.running.discard")}</Button> : null}
          <Button
            variant="primary"
            disabledReason={blocked}
            loading={update.isPending}
            onClick={() =>
              update.mutate({ connectionId, name, config: text, seen: edit?.base ?? running, firstPicture: proving.on })
            }
          >
            {t("config.running.update")}
          </Button>
        </div>
        {text.includes(HIDDEN) ? (
          <Callout title={t("config.running.hidden")}>{t("config.running.hiddenHint")}</Callout>
        ) : null}
        <ExportsCard name={name} config={text} region={service.region} isUpdate />
      </div>
    </EditorContext>
  );
}

interface PlanProps {
  plan: UpdatePlan;
  service: ServiceDetail;
  proving: { on: boolean; onChange: (on: boolean) => void };
}

/** What the change is, what it does to what runs, and how it is sent. */
function Plan({ plan, service, proving }: PlanProps) {
  const t = useT();
  const isStopped = service.status === "Stopped";
  const effect = plan.effect === "scale" ? "scale" : isStopped ? "stopped" : "rolling";
  return (
    <Card level={2} title={t("config.changes.title", { count: plan.changes.length })}>
      <div className="grid gap-3">
        <ChangeList changes={plan.changes} />
        <p>{t(`config.changes.effect.${effect}`)}</p>
        <p className="text-sm text-text-2">{t(`config.changes.because.${plan.because}`)}</p>
        {effect === "rolling" && service.flags ? <FirstPictureSwitch {...proving} /> : null}
      </div>
    </Card>
  );
}

function useUpdate(service: ServiceDetail, onDone: () => void) {
  const t = useT();
  const client = useQueryClient();
  const { connectionId, name } = useServiceScope();
  return useMutation({
    mutationFn: async (order: Parameters<typeof updateService>[0]) => unwrap(await updateService(order)),
    onSuccess: async ({ effect }, { config }) => {
      // The page shows what was sent until the watcher has seen it, not what ran before.
      client.setQueryData(serviceQueries.live(connectionId, name).queryKey, (snapshot) =>
        snapshot?.service ? { ...snapshot, service: { ...snapshot.service, config } } : snapshot,
      );
      onDone();
      toast.success(t(effect === "scale" ? "config.running.scaled" : "config.running.updated", { name: service.name }));
      await client.invalidateQueries({ queryKey: serviceQueries.versions(connectionId, name).queryKey });
    },
  });
}

/** Beside editing: a copy of the service, and the way back to what ran before. */
function Tools({ service }: { service: ServiceDetail }) {
  const t = useT();
  const client = useQueryClient();
  const { connectionId, name, rights } = useServiceScope();
  const before = service.version.latest - 1;
  const back = useMutation({
    mutationFn: async () =>
      unwrap(await rollBackService({ connectionId, name, version: before, firstPicture: service.flags !== undefined })),
    onSuccess: async () => {
      toast.success(t("config.running.rolledBack", { version: before }));
      await client.invalidateQueries({ queryKey: serviceQueries.versions(connectionId, name).queryKey });
    },
  });
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <p className="mr-auto text-text-2">{t("config.running.version", { version: service.version.current })}</p>
        <VersionLoader latest={service.version.latest} />
        {before >= 1 ? (
          <Button
            icon={<Undo2 aria-hidden="true" />}
            loading={back.isPending}
            disabledReason={refusalText(t, rights.write, serviceCan.rollBack(service))}
            onClick={() => back.mutate()}
          >
            {t("config.running.rollBack", { version: before })}
          </Button>
        ) : null}
        {rights.write ? (
          <LinkButton href={paths.clone(name)}>
            <CopyPlus aria-hidden="true" />
            {t("config.running.clone")}
          </LinkButton>
        ) : null}
      </div>
      {back.error ? <ErrorNotice error={toView(back.error)} /> : null}
    </div>
  );
}

/** What an older version said, as a change of what runs now: to be looked at before it is sent. */
function VersionLoader({ latest }: { latest: number }) {
  const t = useT();
  const { setText } = useConfigEditor();
  const { connectionId, name } = useServiceScope();
  const versions = useQuery({ ...serviceQueries.versions(connectionId, name), enabled: latest > 1 });
  const older = versions.data?.items.filter(({ number, config }) => number < latest && config !== undefined) ?? [];
  if (older.length === 0) return null;
  return (
    <Select
      aria-label={t("config.running.load")}
      className="w-56"
      value=""
      onChange={(event) => {
        const chosen = older.find(({ number }) => String(number) === event.target.value);
        if (chosen?.config) setText(chosen.config);
      }}
    >
      <option value="">{t("config.running.load")}</option>
      {older.map(({ number }) => (
        <option key={number} value={number}>
          {t("config.running.loadVersion", { version: number })}
        </option>
      ))}
    </Select>
  );
}
