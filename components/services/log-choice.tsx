"use client";

import { useId } from "react";
import { Select } from "@/components/ui/select";
import { useT } from "@/lib/i18n/react";
import type { Snapshot } from "@/lib/services/snapshot";

interface LogChoiceProps {
  instances: Snapshot["instances"];
  instance: string | undefined;
  onInstance: (name: string) => void;
  container: string;
  onContainer: (name: string) => void;
}

/** Whose log: the instance, and the container where there are several. */
export function LogChoice({ instances, instance, onInstance, container, onContainer }: LogChoiceProps) {
  const t = useT();
  const id = useId();
  const containers = instances.find(({ name }) => name === instance)?.containers ?? [];
  const isGone = instance !== undefined && !instances.some(({ name }) => name === instance);
  return (
    <>
      <div className="grid min-w-56 flex-1 gap-1.5 sm:max-w-96">
        <label htmlFor={`${id}-instance`} className="text-sm text-text-2">
          {t("services.log.instance")}
        </label>
        <Select id={`${id}-instance`} value={instance ?? ""} onChange={(event) => onInstance(event.target.value)}>
          {instances.length === 0 && !isGone ? <option value="">{t("services.noInstances")}</option> : null}
          {isGone ? <option value={instance}>{instance}</option> : null}
          {instances.map((each) => (
            <option key={each.name} value={each.name}>
              {each.name}
            </option>
          ))}
        </Select>
      </div>
      {containers.length > 1 ? (
        <div className="grid min-w-32 gap-1.5">
          <label htmlFor={`${id}-container`} className="text-sm text-text-2">
            {t("services.log.container")}
          </label>
          <Select id={`${id}-container`} value={container} onChange={(event) => onContainer(event.target.value)}>
            {containers.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </Select>
        </div>
      ) : null}
    </>
  );
}
