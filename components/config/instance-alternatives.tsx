"use client";

import { ArrowUp, X } from "lucide-react";
import { IconButton } from "@/components/ui/icon-button";
import { Select } from "@/components/ui/select";
import { useT } from "@/lib/i18n/react";
import { INSTANCE_TYPE, INSTANCES } from "@/lib/service-config/config-view";
import { INSTANCE_COLUMNS } from "@/lib/service-config/fields";
import { instancePatches } from "@/lib/service-config/form";
import { showPath } from "@/lib/service-config/json-path";
import { hasStock, type MachineFacts } from "@/lib/service-config/machine";
import { TypedControl, useTyping } from "./config-field";
import { useConfigEditor } from "./editor-context";
import { FieldFrame } from "./field-frame";

/** What EAS tries when the first type is sold out, in this order, each with its bid where it is to be a spot instance and how many of it. */
export function InstanceAlternatives({ machines }: { machines: readonly MachineFacts[] }) {
  const t = useT();
  const { view, document, change } = useConfigEditor();
  const types = view.instanceTypes.map(({ type }) => type);
  const write = (next: string[]) => change(instancePatches(document.value, next, machines));
  const move = (index: number) => {
    const [type = ""] = types.slice(index, index + 1);
    write(types.toSpliced(index, 1).toSpliced(index - 1, 0, type));
  };
  if (types.length === 0) return null;
  return (
    <details className="rounded-lg border border-line" open={types.length > 1}>
      <summary className="cursor-pointer rounded-lg px-3 py-2 text-sm">{t("config.instance.alternatives")}</summary>
      <div className="grid gap-3 px-3 pb-3">
        <ol className="grid gap-2">
          {types.map((type, index) => (
            <li key={type} className="grid gap-2 sm:flex sm:items-center">
              <span className="min-w-0 flex-1 break-all font-mono text-sm">
                {index + 1}. {type}
              </span>
              <span className="flex flex-wrap items-center gap-1">
                <Column
                  {...{ type, index }}
                  spec={BID}
                  label={t("config.instance.bid", { type })}
                  hint={t("config.instance.bidHint")}
                />
                <Column
                  {...{ type, index }}
                  spec={CAPACITY}
                  label={t("config.instance.capacity", { type })}
                  hint={t("config.instance.capacityHint")}
                />
                <IconButton
                  size="sm"
                  label={t("config.instance.up", { type })}
                  icon={<ArrowUp aria-hidden="true" />}
                  disabled={index === 0}
                  onClick={() => move(index)}
                />
                <IconButton
                  size="sm"
                  label={t("config.instance.remove", { type })}
                  icon={<X aria-hidden="true" />}
                  disabled={types.length === 1}
                  onClick={() => write(types.toSpliced(index, 1))}
                />
              </span>
            </li>
          ))}
        </ol>
        <FieldFrame label={t("config.instance.add")} hint={t("config.instance.alternativesHint")} path={[]}>
          {(control) => (
            <Select
              {...control}
              value=""
              onChange={(event) => event.target.value && write([...types, event.target.value])}
            >
              <option value="">—</option>
              {machines
                .filter(({ instanceType }) => !types.includes(instanceType))
                .map((machine) => (
                  <option key={machine.instanceType} value={machine.instanceType}>
                    {machine.gpu?.model} · {machine.instanceType}
                    {hasStock(machine) ? "" : ` · ${t("deploy.service.outOfStock")}`}
                  </option>
                ))}
            </Select>
          )}
        </FieldFrame>
      </div>
    </details>
  );
}

const [, BID, CAPACITY] = INSTANCE_COLUMNS;

interface ColumnProps {
  spec: typeof BID | typeof CAPACITY;
  type: string;
  index: number;
  label: string;
  hint: string;
}

function Column({ spec, type, index, label, hint }: ColumnProps) {
  const { view } = useConfigEditor();
  const path = [...INSTANCES, index, ...spec.path];
  // A single type that is written as such has no place for more: it becomes a list of one.
  const isList = view.instanceTypes[index]?.path[2] === "instances";
  const typing = useTyping(spec, path, (value) =>
    isList
      ? [{ path, value }]
      : [
          { path: INSTANCES, value: [{ type, [showPath(spec.path)]: value }] },
          { path: INSTANCE_TYPE, value: undefined },
        ],
  );
  return (
    <span className="w-24" title={hint}>
      <TypedControl control={{ "aria-label": label }} spec={spec} typing={typing} />
    </span>
  );
}
