"use client";

import { useQuery } from "@tanstack/react-query";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { KeyValueList } from "@/components/ui/key-value-list";
import { SkeletonRows } from "@/components/ui/skeleton";
import { type Column, Table } from "@/components/ui/table";
import { TextLink } from "@/components/ui/text-link";
import { Time } from "@/components/ui/time";
import { generationQueries } from "@/lib/generations/queries";
import type { Generation } from "@/lib/generations/view";
import { useT } from "@/lib/i18n/react";
import type { Translate } from "@/lib/i18n/translate";
import { paths } from "@/lib/paths";
import type { Snapshot } from "@/lib/services/snapshot";
import { FailureBox } from "./failure-box";
import { LogView } from "./log-view";
import { StageStrip } from "./stage-strip";
import { useServiceScope, useSnapshot } from "./use-live";

type Instance = Snapshot["instances"][number];
type Event = Snapshot["events"][number];

/** Older ones are in the log page's reach; here they would only push the rest away. */
const EVENTS_SHOWN = 30;

export function Overview() {
  const t = useT();
  const { connectionId, name } = useServiceScope();
  const snapshot = useSnapshot();
  const pictures = usePictures(connectionId, name, snapshot?.service?.createdAt);
  if (!snapshot?.service) return <SkeletonRows rows={6} label={t("common.loading")} />;
  const { service, instances, events, log, stages, failure } = snapshot;
  return (
    <>
      {failure ? <FailureBox failure={failure} service={service} /> : null}
      <StageStrip stages={withFirstImage(stages, pictures.at(-1)?.createdAt)} />
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="grid min-w-0 gap-6">
          <Card title={t("services.instances")} flush>
            {instances.length === 0 ? (
              <p className="px-4 pb-4 text-text-2">{t("services.noInstances")}</p>
            ) : (
              <Table
                label={t("services.instances")}
                dense
                columns={instanceColumns(t)}
                rows={instances}
                rowKey={(instance) => instance.name}
              />
            )}
          </Card>
          <Card
            title={t("services.log.tail")}
            flush
            actions={<TextLink href={paths.serviceLogs(name)}>{t("services.failure.openLog")}</TextLink>}
          >
            <LogView label={t("services.log.tail")} lines={log.lines} className="h-72 border-line border-t" />
          </Card>
        </div>
        <div className="grid min-w-0 gap-6">
          <LatestPicture picture={pictures[0]} />
          <Card title={t("services.facts")}>
            <KeyValueList items={facts(t, service)} />
          </Card>
          <Card title={t("services.events.title")} flush>
            {events.length === 0 ? (
              <EmptyState title={t("services.events.none")} />
            ) : (
              <ul aria-label={t("services.events.title")} className="divide-y divide-line">
                {events.slice(0, EVENTS_SHOWN).map((event, index) => (
                  // Several instances may say the same in the same second.
                  // biome-ignore lint/suspicious/noArrayIndexKey: see above
                  <EventRow key={`${index}${event.time}${event.reason}`} event={event} />
                ))}
              </ul>
            )}
          </Card>
        </div>
      </div>
    </>
  );
}

/** Pictures that this service made, newest first; one of the same name that was deleted before does not count. */
function usePictures(connectionId: string, name: string, since: string | undefined): Generation[] {
  const { data = [] } = useQuery(generationQueries.ofService(connectionId, name));
  const from = since ? Date.parse(since) : Number.POSITIVE_INFINITY;
  return data.filter(({ pictures, createdAt }) => pictures.length > 0 && Date.parse(createdAt) >= from);
}

/** Whether a picture was made is ours to know, not EAS's: it completes the strip here. */
function withFirstImage(stages: Snapshot["stages"], madeAt: string | undefined): Snapshot["stages"] {
  if (!madeAt || stages.some(({ id, state }) => id !== "first_image" && state !== "done")) return stages;
  return stages.map((stage) =>
    stage.id === "first_image" ? { ...stage, state: "done", startedAt: undefined, endedAt: madeAt } : stage,
  );
}

function LatestPicture({ picture }: { picture: Generation | undefined }) {
  const t = useT();
  const { name } = useServiceScope();
  const first = picture?.pictures[0];
  if (!picture || !first || first.isNsfw) return null;
  return (
    <Card
      title={t("services.latestPicture")}
      actions={<TextLink href={paths.playground(name)}>{t("services.openPlayground")}</TextLink>}
    >
      <div className="flex items-start gap-4">
        {/* biome-ignore lint/performance/noImgElement: a signed address of the bucket, valid for an hour */}
        <img src={first.url} alt={picture.input.prompt} className="size-28 rounded-md bg-hover object-cover" />
        <p className="line-clamp-5 min-w-0 wrap-anywhere text-sm text-text-2">{picture.input.prompt}</p>
      </div>
    </Card>
  );
}

function instanceColumns(t: Translate): Column<Instance>[] {
  return [
    {
      id: "name",
      header: t("common.name"),
      primary: true,
      cell: ({ name }) => <span className="break-all font-mono text-sm">{name}</span>,
    },
    {
      id: "state",
      header: t("common.state"),
      cell: ({ status, reason }) => (
        <span>
          {t.maybe(`status.instance.${status}`) ?? status}
          {reason && reason.toUpperCase() !== status.toUpperCase() ? (
            <span className="block text-text-3 text-xs">{reason}</span>
          ) : null}
        </span>
      ),
    },
    {
      id: "ready",
      header: t("services.ready"),
      cell: ({ ready }) => <span className="tabular-nums">{`${ready.processes}/${ready.total}`}</span>,
    },
    {
      id: "restarts",
      header: t("services.restarts"),
      cell: ({ restartCount }) => <span className="tabular-nums">{restartCount}</span>,
    },
    {
      id: "started",
      header: t("services.started"),
      align: "end",
      cell: ({ startedAt, createdAt }) => {
        const at = startedAt ?? createdAt;
        return at ? <Time at={at} className="whitespace-nowrap text-text-2" /> : null;
      },
    },
  ];
}

function EventRow({ event }: { event: Event }) {
  return (
    <li className="grid gap-0.5 px-4 py-2">
      <div className="flex items-baseline justify-between gap-4">
        <span className={event.type === "Warning" ? "font-medium text-warn" : "font-medium"}>{event.reason}</span>
        <Time at={event.time} className="shrink-0 text-text-3 text-xs" />
      </div>
      <p className="wrap-anywhere text-sm text-text-2">{event.message}</p>
    </li>
  );
}

function facts(t: Translate, service: NonNullable<Snapshot["service"]>) {
  return [
    { label: t("common.region"), value: service.region },
    service.instanceType && { label: t("services.instanceType"), value: service.instanceType, mono: true },
    { label: t("services.mode"), value: t(service.isAsync ? "deploy.service.async" : "deploy.service.sync") },
    service.flags && { label: t("deploy.service.func"), value: t(`deploy.service.${service.flags.func}`) },
    service.flags && {
      label: t("deploy.service.blade"),
      value: service.flags.blade ? t("common.yes") : t("common.no"),
    },
    service.flags && {
      label: t("deploy.service.translate"),
      value: service.flags.translate ? t("common.yes") : t("common.no"),
    },
    ...service.mounts.map(({ mountPath, path }) => ({ label: mountPath, value: path, mono: true })),
    service.image && { label: t("deploy.service.image"), value: service.image, mono: true },
    { label: t("services.version"), value: `${service.version.current}` },
    { label: t("services.id"), value: service.id, mono: true },
    { label: t("services.created"), value: <Time at={service.createdAt} /> },
  ].filter((item) => typeof item === "object");
}
