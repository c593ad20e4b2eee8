"use client";

import { Users } from "lucide-react";
import { useId, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Switch } from "@/components/ui/switch";
import type { Places } from "@/lib/auth/access";
import { setClosed } from "@/lib/auth/people-actions";
import type { Role } from "@/lib/auth/rights";
import { useT } from "@/lib/i18n/react";
import { unwrap } from "@/lib/result";
import { useChange } from "../use-change";
import { AccessRow } from "./access-row";
import { PlaceChoice } from "./place-choice";

/** Everybody but owners, with what they are in single connections. */
export interface AccessSettings {
  people: readonly { id: string; name: string; role: Role; places: Places }[];
  closed: readonly string[];
}

interface ConnectionAccessProps {
  connection: { id: string; name: string };
  access: AccessSettings;
}

/** Who may use one connection, and as what. */
export function ConnectionAccess({ connection, access }: ConnectionAccessProps) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const isClosed = access.closed.includes(connection.id);
  return (
    <>
      <Button size="sm" icon={<Users aria-hidden="true" />} onClick={() => setOpen(true)}>
        {t("settings.connections.access")}
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={t("settings.connections.accessNamed", { name: connection.name })}
        description={t("settings.connections.accessDescription")}
        size="md"
      >
        <ClosedSwitch connection={connection} isClosed={isClosed} />
        {access.people.length === 0 ? (
          <p className="pt-4 text-text-2">{t("settings.connections.accessNobody")}</p>
        ) : (
          <ul className="divide-y divide-line">
            {access.people.map((person) => (
              <AccessRow key={person.id} title={person.name} hint={t(`common.roles.${person.role}`)}>
                <PlaceChoice
                  person={person}
                  connection={connection}
                  isClosed={isClosed}
                  value={person.places[connection.id]}
                />
              </AccessRow>
            ))}
          </ul>
        )}
      </Dialog>
    </>
  );
}

function ClosedSwitch({
  connection,
  isClosed,
}: {
  connection: ConnectionAccessProps["connection"];
  isClosed: boolean;
}) {
  const t = useT();
  const id = useId();
  const { name } = connection;
  const change = useChange(
    async (closed: boolean) => unwrap(await setClosed({ connectionId: connection.id, closed })),
    (_, closed) => t(closed ? "settings.connections.closedDone" : "settings.connections.openedDone", { name }),
  );
  return (
    <div className="flex items-start gap-3 border-line border-b pb-4">
      <Switch
        id={id}
        checked={change.isPending ? change.variables : isClosed}
        disabled={change.isPending}
        onChange={(event) => change.mutate(event.target.checked)}
        aria-describedby={`${id}-hint`}
        className="mt-px"
      />
      <div className="grid min-w-0 gap-0.5">
        <label htmlFor={id} className="font-medium">
          {t("settings.connections.accessClosed")}
        </label>
        <p id={`${id}-hint`} className="text-sm text-text-2">
          {t("settings.connections.accessClosedHint")}
        </p>
      </div>
    </div>
  );
}
