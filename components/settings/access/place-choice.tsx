"use client";

import { Select } from "@/components/ui/select";
import { setPlace } from "@/lib/auth/people-actions";
import { CONNECTION_ROLES, type ConnectionRole, type Role } from "@/lib/auth/rights";
import { useT } from "@/lib/i18n/react";
import type { Translate } from "@/lib/i18n/translate";
import { unwrap } from "@/lib/result";
import { useChange } from "../use-change";

const GENERAL = "";

interface PlaceSelectProps {
  label: string;
  value: ConnectionRole | undefined;
  /** What holds where nothing is set. */
  general: string;
  disabled?: boolean;
  onChange: (role: ConnectionRole | undefined) => void;
}

/** What somebody is in one connection: their general role, or something else. */
export function PlaceSelect({ label, value, general, disabled, onChange }: PlaceSelectProps) {
  const t = useT();
  return (
    <Select
      aria-label={label}
      value={value ?? GENERAL}
      disabled={disabled}
      className="w-full sm:w-56"
      onChange={({ target }) => onChange(CONNECTION_ROLES.find((role) => role === target.value))}
    >
      <option value={GENERAL}>{general}</option>
      {CONNECTION_ROLES.map((role) => (
        <option key={role} value={role}>
          {placeText(t, role)}
        </option>
      ))}
    </Select>
  );
}

interface PlaceChoiceProps {
  person: { id: string; name: string; role: Role };
  connection: { id: string; name: string };
  isClosed: boolean;
  value: ConnectionRole | undefined;
}

/** Holds as soon as it is chosen. */
export function PlaceChoice({ person, connection, isClosed, value }: PlaceChoiceProps) {
  const t = useT();
  const change = useChange(
    async (role: ConnectionRole | undefined) =>
      unwrap(await setPlace({ id: person.id, connectionId: connection.id, role: role ?? null })),
    (_, role) => changeText(t, { name: person.name, connection: connection.name, role }),
  );
  return (
    <PlaceSelect
      label={t("people.placeOf", { name: person.name, connection: connection.name })}
      value={change.isPending ? change.variables : value}
      general={
        isClosed ? t("people.placeGeneralClosed") : t("people.placeGeneral", { role: t(`common.roles.${person.role}`) })
      }
      disabled={change.isPending}
      onChange={change.mutate}
    />
  );
}

function placeText(t: Translate, role: ConnectionRole): string {
  return role === "none" ? t("people.placeNone") : t(`common.roles.${role}`);
}

function changeText(
  t: Translate,
  { role, ...names }: { name: string; connection: string; role: ConnectionRole | undefined },
): string {
  if (role === undefined) return t("people.placeChangedGeneral", names);
  if (role === "none") return t("people.placeChangedNone", names);
  return t("people.placeChanged", { ...names, role: t(`common.roles.${role}`) });
}
