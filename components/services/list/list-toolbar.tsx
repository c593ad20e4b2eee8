"use client";

import { Search } from "lucide-react";
import type { ReactNode } from "react";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { formatNumber } from "@/lib/format";
import { useLocale, useT } from "@/lib/i18n/react";
import { type Facet, type facetsOf, GROUPINGS, type ListChoice, SORTS } from "@/lib/services/list-view";

interface ListToolbarProps {
  choice: ListChoice;
  facets: ReturnType<typeof facetsOf>;
  onChange: (change: Partial<ListChoice>) => void;
  shown: number;
  total: number;
}

export function ListToolbar({ choice, facets, onChange, shown, total }: ListToolbarProps) {
  const t = useT();
  return (
    <div className="grid gap-3">
      <div className="grid grid-cols-2 gap-2 lg:flex lg:flex-wrap">
        <div className="relative col-span-2 lg:w-72">
          <Search aria-hidden="true" className="pointer-events-none absolute top-2.5 left-3 size-4 text-text-3" />
          <Input
            type="search"
            aria-label={t("services.search")}
            placeholder={t("services.search")}
            value={choice.text}
            onChange={(event) => onChange({ text: event.target.value })}
            className="pl-9"
          />
        </div>
        <FacetSelect
          label={t("services.list.anyState")}
          value={choice.state}
          facets={facets.states}
          words={(status) => t.maybe(`status.name.${status}`) ?? status}
          onChange={(state) => onChange({ state })}
        />
        <FacetSelect
          label={t("services.list.anyType")}
          value={choice.type}
          facets={facets.types}
          words={(type) => t.maybe(`services.type.${type}`) ?? type}
          onChange={(type) => onChange({ type })}
        />
        <FacetSelect
          label={t("services.list.anyLabel")}
          value={choice.label}
          facets={facets.labels}
          onChange={(label) => onChange({ label })}
        />
        <FacetSelect
          label={t("services.list.anyOwner")}
          value={choice.owner}
          facets={facets.owners}
          onChange={(owner) => onChange({ owner })}
        />
        <Choice
          label={t("services.list.groupBy")}
          value={choice.grouping}
          onChange={(value) => onChange({ grouping: GROUPINGS.find((one) => one === value) ?? "none" })}
        >
          {GROUPINGS.map((grouping) => (
            <option key={grouping} value={grouping}>
              {t(`services.list.grouping.${grouping}`)}
            </option>
          ))}
        </Choice>
        <Choice
          className="sm:hidden"
          label={t("services.list.sortBy")}
          value={choice.sort}
          onChange={(value) => {
            const sort = SORTS.find((one) => one === value) ?? "created";
            onChange({ sort, order: firstOrder(sort) });
          }}
        >
          {SORTS.map((sort) => (
            <option key={sort} value={sort}>
              {t(`services.list.sort.${sort}`)}
            </option>
          ))}
        </Choice>
      </div>
      <p role="status" className="text-sm text-text-3">
        {shown === total ? t("services.list.all", { count: total }) : t("services.list.some", { shown, count: total })}
      </p>
    </div>
  );
}

/** Names from the start, all else from the most. */
export function firstOrder(sort: ListChoice["sort"]): ListChoice["order"] {
  return ["name", "state", "type", "owner"].includes(sort) ? "asc" : "desc";
}

interface FacetSelectProps {
  /** Names the filter; also what stands there while it filters nothing. */
  label: string;
  value: string;
  facets: readonly Facet[];
  words?: (value: string) => string;
  onChange: (value: string) => void;
}

function FacetSelect({ label, value, facets, words = (text) => text, onChange }: FacetSelectProps) {
  const locale = useLocale();
  // A linked value that no service has any more can be seen and undone.
  const isKnown = value === "" || facets.some((facet) => facet.value === value);
  return (
    <Choice label={label} value={value} onChange={onChange}>
      <option value="">{label}</option>
      {isKnown ? null : <option value={value}>{words(value)}</option>}
      {facets.map((facet) => (
        <option key={facet.value} value={facet.value}>
          {`${words(facet.value)} (${formatNumber(facet.count, locale)})`}
        </option>
      ))}
    </Choice>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  className?: string;
  children: ReactNode;
}

function Choice({ label, value, onChange, className = "", children }: ChoiceProps) {
  return (
    <Select
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className={`min-w-0 lg:w-40 ${className}`}
    >
      {children}
    </Select>
  );
}
