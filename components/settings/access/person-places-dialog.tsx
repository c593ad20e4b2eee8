"use client";

import { connectionName } from "@/components/layout/connection-menu";
import { Dialog } from "@/components/ui/dialog";
import type { Places } from "@/lib/auth/access";
import type { Role } from "@/lib/auth/rights";
import type { ConnectionView } from "@/lib/connection";
import { useT } from "@/lib/i18n/react";
import { AccessRow } from "./access-row";
import { PlaceChoice } from "./place-choice";

interface PersonPlacesDialogProps {
  person: { id: string; name: string; role: Role };
  places: Places;
  connections: readonly ConnectionView[];
  closed: readonly string[];
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** What one person is in each connection. */
export function PersonPlacesDialog({ person, places, connections, closed, ...dialog }: PersonPlacesDialogProps) {
  const t = useT();
  const { name } = person;
  return (
    <Dialog
      {...dialog}
      title={t("people.placesTitle", { name })}
      description={t("people.placesDescription", { name, role: t(`common.roles.${person.role}`) })}
      size="md"
    >
      <ul className="divide-y divide-line">
        {connections.map((connection) => (
          <AccessRow key={connection.id} title={connectionName(t, connection)} hint={connection.region}>
            <PlaceChoice
              person={person}
              connection={{ id: connection.id, name: connectionName(t, connection) }}
              isClosed={closed.includes(connection.id)}
              value={places[connection.id]}
            />
          </AccessRow>
        ))}
      </ul>
    </Dialog>
  );
}
