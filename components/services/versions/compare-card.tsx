"use client";

import { useId, useState } from "react";
import { Card } from "@/components/ui/card";
import { Select } from "@/components/ui/select";
import { type Column, Table } from "@/components/ui/table";
import { useT } from "@/lib/i18n/react";
import type { Translate } from "@/lib/i18n/translate";
import { showPath } from "@/lib/service-config/json-path";
import { type ConfigChange, planTexts } from "@/lib/service-config/update-plan";
import type { VersionView } from "@/lib/services/version-view";

/** Two versions, key by key. */
export function CompareCard({ versions }: { versions: readonly VersionView[] }) {
  const t = useT();
  const [newest, before] = versions;
  const [from, setFrom] = useState(before?.number);
  const [to, setTo] = useState(newest?.number);
  const find = (number: number | undefined) => versions.find((version) => version.number === number);
  const [left, right] = [find(from), find(to)];
  const changes = left?.config && right?.config ? planTexts(left.config, right.config)?.changes : undefined;
  return (
    <Card title={t("versions.compare.title")} flush>
      <div className="grid gap-4 px-4 pb-4 sm:grid-cols-[12rem_12rem]">
        <VersionSelect label={t("versions.compare.from")} value={from} versions={versions} onChange={setFrom} />
        <VersionSelect label={t("versions.compare.to")} value={to} versions={versions} onChange={setTo} />
      </div>
      {!left || !right || !changes ? (
        <p className="px-4 pb-4 text-text-2">{t("versions.compare.noConfig")}</p>
      ) : changes.length === 0 ? (
        <p className="px-4 pb-4 text-text-2">{t("versions.compare.same")}</p>
      ) : (
        <Table
          label={t("versions.compare.title")}
          columns={columns(t, left.number, right.number)}
          rows={changes}
          rowKey={({ path }) => showPath(path)}
          dense
        />
      )}
      <p className="border-line border-t px-4 py-3 text-sm text-text-3">{t("versions.compare.hidden")}</p>
    </Card>
  );
}

interface VersionSelectProps {
  label: string;
  value: number | undefined;
  versions: readonly VersionView[];
  onChange: (number: number) => void;
}

function VersionSelect({ label, value, versions, onChange }: VersionSelectProps) {
  const t = useT();
  const id = useId();
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm text-text-2">
        {label}
      </label>
      <Select id={id} value={value} onChange={(event) => onChange(Number(event.target.value))}>
        {versions.map(({ number }) => (
          <option key={number} value={number}>
            {t("versions.number", { number: String(number) })}
          </option>
        ))}
      </Select>
    </div>
  );
}

function columns(t: Translate, from: number, to: number): Column<ConfigChange>[] {
  const value = (given: unknown) =>
    given === undefined ? (
      <span className="text-text-3">{t("versions.compare.absent")}</span>
    ) : (
      <span className="wrap-anywhere font-mono text-sm">
        {typeof given === "string" ? given : JSON.stringify(given)}
      </span>
    );
  return [
    {
      id: "path",
      header: t("versions.compare.key"),
      primary: true,
      className: "sm:align-top sm:py-1.5",
      cell: ({ path }) => (
        <span className="wrap-anywhere font-mono text-sm">{showPath(path) || t("services.tabs.configuration")}</span>
      ),
    },
    {
      id: "before",
      header: t("versions.number", { number: String(from) }),
      className: "sm:align-top sm:py-1.5",
      cell: ({ before }) => value(before),
    },
    {
      id: "after",
      header: t("versions.number", { number: String(to) }),
      className: "sm:align-top sm:py-1.5",
      cell: ({ after }) => value(after),
    },
  ];
}
