"use client";

import { memo, type ReactNode } from "react";
import { ServiceStatus } from "@/components/services/service-status";
import { Checkbox } from "@/components/ui/checkbox";
import { cn } from "@/components/ui/cn";
import { TextLink } from "@/components/ui/text-link";
import { Time } from "@/components/ui/time";
import { formatMoney } from "@/lib/format";
import { useLocale, useT } from "@/lib/i18n/react";
import type { MessageKey, Translate } from "@/lib/i18n/translate";
import { paths } from "@/lib/paths";
import { ownerOf, type Sort, typeOf } from "@/lib/services/list-view";
import type { ServiceListItem } from "@/lib/services/view";

interface Cell {
  id: string;
  header: MessageKey;
  sort?: Sort;
  /** Of header and cell alike. */
  className?: string;
  content: (service: ServiceListItem, t: Translate) => ReactNode;
}

export const CELLS: readonly Cell[] = [
  {
    id: "name",
    header: "common.name",
    sort: "name",
    content: (service) => <Name service={service} />,
  },
  {
    id: "state",
    header: "common.state",
    sort: "state",
    content: ({ status }) => <ServiceStatus status={status} />,
  },
  {
    id: "instances",
    header: "services.instances",
    sort: "instances",
    className: "sm:whitespace-nowrap",
    content: ({ instances: { running, total } }) => <span className="tabular-nums">{`${running}/${total}`}</span>,
  },
  {
    id: "machine",
    header: "services.instanceType",
    className: "sm:max-lg:hidden",
    content: (service, t) => (
      <span className="wrap-anywhere line-clamp-2 font-mono text-text-2 text-xs">
        {service.instanceType ?? resources(t, service)}
      </span>
    ),
  },
  {
    id: "type",
    header: "services.list.type",
    sort: "type",
    content: (service, t) => (
      <span className="wrap-anywhere text-text-2">
        {t.maybe(`services.type.${typeOf(service)}`) ?? typeOf(service)}
      </span>
    ),
  },
  {
    id: "spent",
    header: "services.list.spent",
    sort: "spent",
    className: "sm:max-lg:hidden",
    content: (service) => <Spent service={service} />,
  },
  {
    id: "owner",
    header: "services.list.owner",
    sort: "owner",
    className: "sm:max-lg:hidden",
    content: (service, t) => (
      <span className="wrap-anywhere line-clamp-2 text-sm text-text-2">{ownerOf(service) || t("common.unknown")}</span>
    ),
  },
  {
    id: "used",
    header: "services.list.used",
    sort: "used",
    className: "sm:max-lg:hidden",
    content: ({ lastUsedAt }, t) =>
      lastUsedAt ? (
        <Time at={lastUsedAt} className="text-sm text-text-2" />
      ) : (
        <span className="text-sm text-text-3">{t("common.unknown")}</span>
      ),
  },
  {
    id: "created",
    header: "services.created",
    sort: "created",
    content: ({ createdAt }) => <Time at={createdAt} className="text-sm text-text-2" />,
  },
];

interface ServiceCellsProps {
  service: ServiceListItem;
  selected: boolean;
  onSelect: (on: boolean) => void;
}

/** Of thousands only those in view are here, and of those only what changed is drawn again. */
export const ServiceCells = memo(
  function ServiceCells({ service, selected, onSelect }: ServiceCellsProps) {
    const t = useT();
    return (
      // biome-ignore-start lint/a11y/noRedundantRoles: display values other than table-cell drop the implicit roles
      <>
        <td role="cell" className="absolute top-3.5 right-4 sm:static sm:flex sm:items-center sm:pl-4">
          <Checkbox
            aria-label={t("services.list.select", { name: service.name })}
            checked={selected}
            onChange={(event) => onSelect(event.target.checked)}
          />
        </td>
        {CELLS.map(({ id, header, className, content }) => (
          <td
            key={id}
            role="cell"
            className={cn(
              "flex min-w-0 items-baseline justify-between gap-4 sm:block sm:px-3 sm:py-1.5",
              id === "name" && "pr-8 sm:pr-3",
              className,
            )}
          >
            {id === "name" ? null : (
              <span aria-hidden="true" className="shrink-0 text-sm text-text-3 sm:hidden">
                {t(header)}
              </span>
            )}
            {content(service, t)}
          </td>
        ))}
      </>
      // biome-ignore-end lint/a11y/noRedundantRoles: see above
    );
  },
  (before, after) => before.service === after.service && before.selected === after.selected,
);

function Spent({ service: { spentToday, ownResources } }: { service: ServiceListItem }) {
  const t = useT();
  const locale = useLocale();
  if (ownResources) return <span className="text-sm text-text-3">{t("costs.ownShort")}</span>;
  if (!spentToday) return <span className="text-text-3">–</span>;
  const amount = formatMoney(spentToday.amount, spentToday.currency, locale);
  return (
    <span className="text-text-2 tabular-nums">
      {!spentToday.isPartial ? amount : spentToday.amount > 0 ? t("costs.atLeast", { amount }) : t("costs.unknown")}
    </span>
  );
}

function Name({ service: { name, group, region, version } }: { service: ServiceListItem }) {
  const t = useT();
  const facts = [
    t.maybe(`regions.${region}`) ?? region,
    version.current > 0 ? t("versions.number", { number: String(version.current) }) : "",
    group && group !== name ? t("services.list.inGroup", { group }) : "",
  ].filter(Boolean);
  return (
    <span className="grid min-w-0">
      <TextLink href={paths.service(name)} className="break-all font-medium">
        {name}
      </TextLink>
      <span className="truncate text-text-3 text-xs">{facts.join(" · ")}</span>
    </span>
  );
}

/** The list's replies carry no configuration on some services; what they ask for says as much. */
function resources(t: Translate, { resources: { cpu, memoryMb, gpu } }: ServiceListItem): string {
  if (cpu === undefined) return t("common.unknown");
  const memory = memoryMb === undefined ? undefined : Math.round(memoryMb / 1000);
  return [gpu ? `${gpu} GPU` : undefined, `${cpu} vCPU`, memory === undefined ? undefined : `${memory} GB`]
    .filter(Boolean)
    .join(" · ");
}
