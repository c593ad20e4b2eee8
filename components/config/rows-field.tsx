"use client";

import { Plus, Trash2 } from "lucide-react";
import { Fragment, type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import { useT } from "@/lib/i18n/react";
import { type FieldSpec, KNOWN_KEYS } from "@/lib/service-config/fields";
import { isObject, type Path } from "@/lib/service-config/json-path";
import { useConfigEditor } from "./editor-context";
import { FieldFrame } from "./field-frame";

type FrameProps = Omit<Parameters<typeof FieldFrame>[0], "children">;

interface RowsFieldProps extends FrameProps {
  columns: readonly FieldSpec[];
  cell: (column: FieldSpec, row: Path) => ReactNode;
}

/** A list of objects, a row each. */
export function RowsField({ columns, cell, ...frame }: RowsFieldProps) {
  const t = useT();
  const { get, change } = useConfigEditor();
  const value = get(frame.path);
  const rows = Array.isArray(value) ? value : [];
  const empty = Object.fromEntries(
    columns.map((column) => [String(column.path[0]), column.kind === "text" ? "" : undefined]),
  );
  return (
    <div className="sm:col-span-2">
      <FieldFrame {...frame} group>
        {() => (
          <div className="grid gap-2">
            {rows.map((row, index) => (
              <div key={keyOf(row, index)} className="flex items-end gap-2">
                <div className="grid min-w-0 flex-1 gap-2 sm:auto-cols-fr sm:grid-flow-col">
                  {columns.map((column) => (
                    <Fragment key={column.id}>{cell(column, [...frame.path, index])}</Fragment>
                  ))}
                </div>
                <IconButton
                  label={t("config.removeRow", { name: nameOf(row, index) })}
                  icon={<Trash2 aria-hidden="true" />}
                  onClick={() => change([{ path: [...frame.path, index], value: undefined }])}
                />
              </div>
            ))}
            <Button
              size="sm"
              className="justify-self-start"
              icon={<Plus aria-hidden="true" />}
              onClick={() =>
                change([
                  {
                    path: rows.length > 0 ? [...frame.path, rows.length] : frame.path,
                    value: rows.length > 0 ? empty : [empty],
                  },
                ])
              }
            >
              {t("config.addRow")}
            </Button>
          </div>
        )}
      </FieldFrame>
    </div>
  );
}

/** Rows have no identity of their own but their place. */
const keyOf = (_row: unknown, index: number) => `row-${index}`;
const nameOf = (row: unknown, index: number) =>
  isObject(row) && typeof row.name === "string" && row.name ? row.name : String(index + 1);

/** Names and texts; keys that have a field of their own stand there. */
export function MapField(frame: FrameProps) {
  const t = useT();
  const { get, change } = useConfigEditor();
  const [key, setKey] = useState("");
  const value = get(frame.path);
  const own = KNOWN_KEYS.get(frame.path.join("."));
  const entries = Object.entries(isObject(value) ? value : {}).filter(([name]) => !own?.has(name));
  const isFree = key !== "" && !(isObject(value) && Object.hasOwn(value, key));
  function add() {
    if (isFree) change([{ path: [...frame.path, key], value: "" }]);
    setKey("");
  }
  return (
    <div className="sm:col-span-2">
      <FieldFrame {...frame} group>
        {() => (
          <div className="grid gap-2">
            {entries.map(([name, entry]) => (
              <Entry key={name} path={[...frame.path, name]} name={name} value={entry} />
            ))}
            <div className="flex items-center gap-2">
              <Input
                mono
                aria-label={t("config.key")}
                placeholder={t("config.key")}
                value={key}
                onChange={(event) => setKey(event.target.value)}
                onKeyDown={(event) => {
                  if (event.key !== "Enter") return;
                  event.preventDefault();
                  add();
                }}
              />
              <Button size="sm" icon={<Plus aria-hidden="true" />} disabled={!isFree} onClick={add}>
                {t("config.addRow")}
              </Button>
            </div>
          </div>
        )}
      </FieldFrame>
    </div>
  );
}

function Entry({ path, name, value }: { path: Path; name: string; value: unknown }) {
  const t = useT();
  const { change } = useConfigEditor();
  return (
    <div className="flex items-center gap-2">
      <span className="w-2/5 min-w-0 truncate font-mono text-sm" title={name}>
        {name}
      </span>
      <Input
        mono
        aria-label={name}
        value={typeof value === "string" ? value : JSON.stringify(value)}
        readOnly={typeof value !== "string"}
        onChange={(event) => change([{ path, value: event.target.value }])}
      />
      <IconButton
        label={t("config.removeRow", { name })}
        icon={<Trash2 aria-hidden="true" />}
        onClick={() => change([{ path, value: undefined }])}
      />
    </div>
  );
}
