"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { priceText } from "@/components/prices/price-text";
import { usePrices } from "@/components/prices/use-prices";
import { Card } from "@/components/ui/card";
import { KeyValueList } from "@/components/ui/key-value-list";
import { LinkButton } from "@/components/ui/link-button";
import { PageLoading } from "@/components/ui/page-loading";
import { SkeletonRows } from "@/components/ui/skeleton";
import { TextLink } from "@/components/ui/text-link";
import { Time } from "@/components/ui/time";
import { generationQueries } from "@/lib/generations/queries";
import type { Generation } from "@/lib/generations/view";
import { useLocale, useT } from "@/lib/i18n/react";
import type { Translate } from "@/lib/i18n/translate";
import { paths } from "@/lib/paths";
import { wantedOf } from "@/lib/prices/wanted";
import { viewConfig } from "@/lib/service-config/config-view";
import { parseObject } from "@/lib/service-config/json-path";
import { serviceQueries } from "@/lib/services/queries";
import type { Snapshot } from "@/lib/services/snapshot";
import { BladePanel } from "./blade-panel";
import { CostCard } from "./cost-card";
import { FirstPictureCard } from "./first-picture-card";
import { InstancesCard } from "./instances-card";
import { LogTail } from "./log-tail";
import { RollingProgress } from "./rolling-progress";
import { StageStrip } from "./stage-strip";
import { TimelineCard } from "./timeline-card";
import { useServiceScope, useSnapshot } from "./use-live";

const FailureBox = dynamic(() => import("./failure-box").then((module) => module.FailureBox), {
  loading: PageLoading,
});

export function Overview() {
  const t = useT();
  const { connectionId, name } = useServiceScope();
  const snapshot = useSnapshot();
  const pictures = usePictures(connectionId, name, snapshot);
  const hourly = useHourlyPrice(snapshot?.service);
  if (!snapshot?.service) return <SkeletonRows rows={6} label={t("common.loading")} />;
  const { service, instances, log, stages, failure, firstPicture } = snapshot;
  return (
    <>
      {failure ? <FailureBox failure={failure} service={service} /> : null}
      <RollingProgress
        snapshot={snapshot}
        actions={
          <LinkButton size="sm" href={paths.serviceVersions(name)}>
            {t("versions.open")}
          </LinkButton>
        }
      />
      <StageStrip stages={withFirstImage(stages, pictures)} />
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="grid min-w-0 gap-6">
          <InstancesCard instances={instances} count={service.instances.total} />
          <Card
            title={t("services.log.tail")}
            flush
            actions={<TextLink href={paths.serviceLogs(name)}>{t("services.failure.openLog")}</TextLink>}
          >
            <LogTail label={t("services.log.tail")} lines={log.lines} className="h-72 border-line border-t" />
          </Card>
          <TimelineCard newestId={snapshot.timelineId} />
        </div>
        <div className="grid min-w-0 gap-6">
          <FirstPictureCard service={service} proof={firstPicture} pictures={pictures} />
          <BladePanel snapshot={snapshot} pictures={pictures} />
          <CostCard service={service} hourly={hourly} />
          <Card title={t("services.facts")}>
            <KeyValueList items={facts(t, service)} />
          </Card>
        </div>
      </div>
    </>
  );
}

/** Of the configuration as a whole, whether it runs or not. */
function useHourlyPrice(service: Snapshot["service"]): string {
  const t = useT();
  const locale = useLocale();
  const { connectionId } = useServiceScope();
  const prices = usePrices(connectionId);
  const machines = useQuery(serviceQueries.machineSpecs(connectionId)).data;
  const config = parseObject(service?.config ?? "{}");
  const price = config ? prices(wantedOf(viewConfig(config), machines)) : undefined;
  return price ? priceText(t, locale, price) : t("prices.unknown");
}

/** Pictures that this service made, newest first; one of the same name that was deleted before does not count. */
function usePictures(connectionId: string, name: string, snapshot: Snapshot | undefined): Generation[] {
  const { taskId, state } = snapshot?.firstPicture ?? {};
  const options = generationQueries.ofService(connectionId, name);
  // A proof that is made meanwhile is asked for anew; everything else keeps its links.
  const { data = [] } = useQuery({
    ...options,
    staleTime: ({ state: query }) =>
      state === "made" && !query.data?.some((one) => one.taskId === taskId) ? 0 : PICTURES_FRESH_MS,
    refetchInterval: ({ state: query }) =>
      state === "made" && !query.data?.some((one) => one.taskId === taskId && one.pictures.length > 0) ? 1000 : false,
  });
  const since = snapshot?.service?.createdAt;
  const from = since ? Date.parse(since) : Number.POSITIVE_INFINITY;
  return data.filter(({ pictures, createdAt }) => pictures.length > 0 && Date.parse(createdAt) >= from);
}

const PICTURES_FRESH_MS = 30 * 60_000;

/** A picture that anybody made since this start proves the service as well: it completes the strip here. */
function withFirstImage(stages: Snapshot["stages"], pictures: readonly Generation[]): Snapshot["stages"] {
  if (stages.some(({ id, state }) => id !== "first_image" && state !== "done")) return stages;
  const since = Date.parse(stages[0]?.startedAt ?? "") || 0;
  const made = pictures.findLast(({ createdAt }) => Date.parse(createdAt) >= since);
  if (!made) return stages;
  return stages.map((stage) =>
    stage.id === "first_image" && stage.state === "waiting"
      ? { ...stage, state: "done", startedAt: undefined, endedAt: made.createdAt }
      : stage,
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
