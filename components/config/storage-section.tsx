"use client";

import { Plus } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/select";
import { useT } from "@/lib/i18n/react";
import { MOUNT_FIELDS, STORAGE_SOURCES } from "@/lib/service-config/fields";
import { isObject, type Path, valueAt } from "@/lib/service-config/json-path";
import { STORAGE_SOURCE_IDS, type StorageSource } from "@/lib/service-config/storage-source";
import { ConfigField } from "./config-field";
import { useConfigEditor } from "./editor-context";
import { BlockFindings, FieldFrame } from "./field-frame";

const STORAGE: Path = ["storage"];
/** What EAS needs at least of each source. */
const EMPTY: Record<StorageSource, unknown> = {
  oss: { path: "" },
  nfs: { server: "", path: "/" },
  git: { repo: "" },
  dataset: { id: "" },
  image: {},
  empty_dir: {},
};

/** All mounts, each with exactly one source. */
export function StorageSection() {
  const t = useT();
  const { get, change } = useConfigEditor();
  const value = get(STORAGE);
  const mounts: unknown[] = Array.isArray(value) ? value : [];
  return (
    <div className="grid gap-4 sm:col-span-2">
      {mounts.map((mount, index) => (
        <Mount key={keyOf(mount, index)} mount={mount} path={[...STORAGE, index]} />
      ))}
      <Button
        size="sm"
        className="justify-self-start"
        icon={<Plus aria-hidden="true" />}
        onClick={() => {
          const entry = { mount_path: "", oss: EMPTY.oss };
          change([
            mounts.length > 0 ? { path: [...STORAGE, mounts.length], value: entry } : { path: STORAGE, value: [entry] },
          ]);
        }}
      >
        {t("config.addMount")}
      </Button>
    </div>
  );
}

/** Mounts have no identity of their own but their place: the path is being typed. */
const keyOf = (_mount: unknown, index: number) => `mount-${index}`;

function Mount({ mount, path }: { mount: unknown; path: Path }) {
  const t = useT();
  const { change } = useConfigEditor();
  const mountPath = String(valueAt(mount, ["mount_path"]) ?? "");
  const source = STORAGE_SOURCE_IDS.find((key) => isObject(mount) && mount[key] !== undefined) ?? "oss";
  const [mountField, kindField] = MOUNT_FIELDS;

  function choose(next: StorageSource) {
    change([
      { path: [...path, next], value: EMPTY[next] },
      ...STORAGE_SOURCE_IDS.filter((key) => key !== next && isObject(mount) && mount[key] !== undefined).map((key) => ({
        path: [...path, key],
        value: undefined,
      })),
    ]);
  }

  return (
    <fieldset className="grid min-w-0 gap-4 rounded-lg border border-line p-3 sm:grid-cols-2">
      <legend className="px-1 font-medium font-mono text-sm">{t("config.mount", { path: mountPath || "…" })}</legend>
      <BlockFindings path={path} />
      <ConfigField spec={mountField} base={path} />
      <FieldFrame label={t("config.mountSource")} path={[]}>
        {(control) => (
          <Select {...control} value={source} onChange={(event) => choose(event.target.value as StorageSource)}>
            {STORAGE_SOURCE_IDS.map((key) => (
              <option key={key} value={key}>
                {t(`config.sources.${key}`)}
              </option>
            ))}
          </Select>
        )}
      </FieldFrame>
      {STORAGE_SOURCES[source].map((spec) => (
        <ConfigField key={spec.id} spec={spec} base={path} />
      ))}
      <ConfigField spec={kindField} base={path} />
      <Button
        size="sm"
        variant="ghost"
        className="justify-self-start sm:col-span-2"
        onClick={() => change([{ path, value: undefined }])}
      >
        {t("config.removeMount")}
      </Button>
    </fieldset>
  );
}
