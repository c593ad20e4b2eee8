"use client";

import { Cloud, Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Dialog } from "@/components/ui/dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { HelpLink } from "@/components/ui/help-link";
import type { ConnectionDetails } from "@/lib/connections/view";
import { help } from "@/lib/guides/help";
import { useT } from "@/lib/i18n/react";
import type { AccessSettings } from "./access/connection-access";
import { ConnectionForm } from "./connection-form";
import { ConnectionRow } from "./connection-row";

interface ConnectionSettingsProps {
  connections: readonly ConnectionDetails[];
  chosenId: string | undefined;
  canWrite: boolean;
  /** For owners. */
  access: AccessSettings | undefined;
}

/** `null` = closed, `add` = a new one, else the one that is changed. */
type Editing = null | "add" | ConnectionDetails;

export function ConnectionSettings({ connections, chosenId, canWrite, access }: ConnectionSettingsProps) {
  const t = useT();
  const [editing, setEditing] = useState<Editing>(null);
  const changed = editing === "add" || editing === null ? undefined : editing;
  const add = (
    <Button
      variant={connections.length === 0 ? "primary" : "secondary"}
      icon={<Plus aria-hidden="true" />}
      onClick={() => setEditing("add")}
      disabledReason={canWrite ? undefined : t("settings.ownerOnly")}
    >
      {t("settings.connections.add")}
    </Button>
  );
  return (
    <Card
      flush
      title={t("settings.connections.title")}
      description={
        <>
          {t("settings.connections.description")}{" "}
          <HelpLink href={help.topic("connection")} about={t("settings.connections.title")} />
        </>
      }
      actions={connections.length > 0 ? add : null}
    >
      {connections.length === 0 ? (
        <EmptyState
          icon={<Cloud />}
          title={t("settings.connections.emptyTitle")}
          description={t("settings.connections.emptyDescription")}
          actions={add}
        />
      ) : (
        <ul className="divide-y divide-line border-line border-t">
          {connections.map((connection) => (
            <ConnectionRow
              key={connection.id}
              connection={connection}
              chosen={connection.id === chosenId}
              canWrite={canWrite}
              access={access}
              onEdit={() => setEditing(connection)}
            />
          ))}
        </ul>
      )}
      <Dialog
        open={editing !== null}
        onOpenChange={(open) => setEditing(open ? editing : null)}
        title={t(changed ? "settings.connections.edit" : "settings.connections.add")}
        description={t("settings.connections.formDescription")}
        size="md"
      >
        <ConnectionForm connection={changed} onDone={() => setEditing(null)} />
      </Dialog>
    </Card>
  );
}
