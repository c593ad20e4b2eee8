import { Download } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { buttonClass } from "@/components/ui/button-styles";
import { Card } from "@/components/ui/card";
import { cn } from "@/components/ui/cn";
import { EmptyState } from "@/components/ui/empty-state";
import { Input } from "@/components/ui/input";
import { LinkButton } from "@/components/ui/link-button";
import { Select } from "@/components/ui/select";
import { Table } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import type { AuditFilter, AuditView } from "@/lib/audit/list";
import { getT } from "@/lib/i18n/request";
import type { Translate } from "@/lib/i18n/translate";
import { paths } from "@/lib/paths";

interface AuditLogProps {
  entries: readonly AuditView[];
  /** The place where the next page begins. */
  older: string | undefined;
  isFirst: boolean;
  filter: AuditFilter;
  facets: { rooms: readonly string[]; people: readonly string[] };
}

/** Who did what. The filters are the page's address, so a view can be kept and sent. */
export async function AuditLog({ entries, older, isFirst, filter, facets }: AuditLogProps) {
  const t = await getT();
  const isFiltered = Object.values(filter).some(Boolean);
  return (
    <Card
      flush
      title={t("audit.title")}
      description={t("audit.description")}
      actions={(["csv", "jsonl"] as const).map((format) => (
        <a
          key={format}
          href={paths.auditExport({ ...filter, format })}
          download
          className={buttonClass({ size: "sm" })}
        >
          <Download aria-hidden="true" />
          {t(`audit.download.${format}`)}
        </a>
      ))}
    >
      <Filters filter={filter} facets={facets} t={t} />
      {entries.length === 0 ? (
        <EmptyState title={t(isFiltered ? "audit.noHit" : "audit.empty")} />
      ) : (
        <Table
          label={t("audit.title")}
          rows={entries}
          rowKey={({ id }) => id}
          columns={[
            {
              id: "what",
              header: t("audit.what"),
              primary: true,
              cell: (entry) => (
                <span className="grid min-w-0 sm:py-2">
                  <span>{actionText(t, entry.action)}</span>
                  <span className="wrap-anywhere font-normal text-sm text-text-2">{entry.target}</span>
                  <Details details={entry.details} />
                </span>
              ),
            },
            {
              id: "who",
              header: t("audit.who"),
              cell: ({ userName, address }) => (
                <span className="grid min-w-0 max-sm:justify-items-end sm:py-2">
                  <span className="wrap-anywhere">{userName}</span>
                  <code className="text-text-3 text-xs">{address}</code>
                </span>
              ),
            },
            { id: "when", header: t("audit.when"), cell: ({ at }) => <Time at={at} exact className="text-sm" /> },
          ]}
        />
      )}
      {older || !isFirst ? (
        <div className="flex justify-center gap-2 border-line border-t p-3">
          {isFirst ? null : (
            <LinkButton size="sm" variant="ghost" href={paths.audit(filter)}>
              {t("audit.newest")}
            </LinkButton>
          )}
          {older ? (
            <LinkButton size="sm" variant="ghost" href={paths.audit({ ...filter, before: older })}>
              {t("audit.older")}
            </LinkButton>
          ) : null}
        </div>
      ) : null}
    </Card>
  );
}

/** A plain form: it works before, and without, any script. */
function Filters({ filter, facets, t }: Pick<AuditLogProps, "filter" | "facets"> & { t: Translate }) {
  return (
    <form method="get" className="flex flex-wrap items-end gap-3 border-line border-t px-4 py-3">
      <Labelled id="audit-q" label={t("audit.search")} className="min-w-40 flex-1">
        <Input id="audit-q" type="search" name="q" defaultValue={filter.q} placeholder={t("audit.searchHint")} />
      </Labelled>
      <Labelled id="audit-room" label={t("audit.room")}>
        <Select id="audit-room" name="room" defaultValue={filter.room ?? ""}>
          <option value="">{t("audit.all")}</option>
          {facets.rooms.map((room) => (
            <option key={room} value={room}>
              {t.maybe(`audit.rooms.${room}`) ?? room}
            </option>
          ))}
        </Select>
      </Labelled>
      <Labelled id="audit-person" label={t("audit.who")}>
        <Select id="audit-person" name="person" defaultValue={filter.person ?? ""} className="max-w-48">
          <option value="">{t("audit.all")}</option>
          {facets.people.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </Select>
      </Labelled>
      <Labelled id="audit-from" label={t("audit.from")}>
        <Input id="audit-from" type="date" name="from" defaultValue={filter.from} />
      </Labelled>
      <Labelled id="audit-to" label={t("audit.to")}>
        <Input id="audit-to" type="date" name="to" defaultValue={filter.to} />
      </Labelled>
      <Button type="submit">{t("audit.apply")}</Button>
      {Object.values(filter).some(Boolean) ? (
        <LinkButton variant="ghost" href={paths.audit()}>
          {t("audit.clear")}
        </LinkButton>
      ) : null}
    </form>
  );
}

interface LabelledProps {
  id: string;
  label: string;
  className?: string;
  children: ReactNode;
}

function Labelled({ id, label, className, children }: LabelledProps) {
  return (
    <div className={cn("grid gap-1", className)}>
      <label htmlFor={id} className="text-sm text-text-2">
        {label}
      </label>
      {children}
    </div>
  );
}

function Details({ details }: { details: Record<string, unknown> }) {
  const pairs = Object.entries(details).filter(([, value]) => value !== undefined && value !== null);
  if (pairs.length === 0) return null;
  return (
    <span className="wrap-anywhere font-mono font-normal text-text-3 text-xs">
      {pairs.map(([key, value]) => `${key}: ${typeof value === "string" ? value : JSON.stringify(value)}`).join(" · ")}
    </span>
  );
}

function actionText(t: Translate, action: string): string {
  return t.maybe(`audit.actions.${action.replace(".", "_")}`) ?? action;
}
