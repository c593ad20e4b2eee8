"use client";

import { useState } from "react";
import { Form } from "@/components/form/form";
import { RadioCardsField } from "@/components/form/radio-cards-field";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { useZodForm } from "@/components/form/use-zod-form";
import { connectionName } from "@/components/layout/connection-menu";
import { Dialog } from "@/components/ui/dialog";
import type { Places } from "@/lib/auth/access";
import { invite } from "@/lib/auth/people-actions";
import { ROLES, type Role } from "@/lib/auth/rights";
import type { ConnectionView } from "@/lib/connection";
import { useT } from "@/lib/i18n/react";
import { unwrap } from "@/lib/result";
import { AccessRow } from "../access/access-row";
import { PlaceSelect } from "../access/place-choice";
import { LinkText } from "./link-dialog";

const loadSchema = () => import("@/lib/auth/schemas").then((module) => module.InviteSchema);

interface InviteDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  connections: readonly ConnectionView[];
}

export function InviteDialog({ open, onOpenChange, connections }: InviteDialogProps) {
  const t = useT();
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("people.inviteTitle")}
      description={t("people.inviteDescription")}
      size="md"
    >
      <InviteForm connections={connections} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

/** First the role, then the link. */
function InviteForm({ connections, onDone }: { connections: readonly ConnectionView[]; onDone: () => void }) {
  const t = useT();
  const [places, setPlaces] = useState<Places>({});
  const [token, setToken] = useState<string>();
  const form = useZodForm(loadSchema, { defaultValues: { role: "artist" as Role, note: "" } });
  const role = form.watch("role");
  if (token !== undefined) return <LinkText token={token} onDone={onDone} />;
  return (
    <Form
      form={form}
      label={t("people.inviteTitle")}
      onSubmit={async (values) => setToken(unwrap(await invite({ ...values, places })).token)}
      footer={<SubmitButton>{t("people.createLink")}</SubmitButton>}
    >
      <RadioCardsField
        name="role"
        label={t("people.role")}
        options={ROLES.map((role) => ({
          value: role,
          title: t(`common.roles.${role}`),
          description: t(`common.roleHints.${role}`),
        }))}
      />
      {role === "owner" || connections.length === 0 ? null : (
        <details>
          <summary className="w-fit cursor-pointer text-sm text-text-2">{t("people.invitePlaces")}</summary>
          <p className="pt-1 text-sm text-text-3">{t("people.invitePlacesHint")}</p>
          <ul className="divide-y divide-line">
            {connections.map((connection) => (
              <AccessRow key={connection.id} title={connectionName(t, connection)} hint={connection.region}>
                <PlaceSelect
                  label={t("people.placeIn", { connection: connectionName(t, connection) })}
                  value={places[connection.id]}
                  general={t("people.placeGeneral", { role: t(`common.roles.${role}`) })}
                  onChange={(wanted) => setPlaces(withPlace(places, connection.id, wanted))}
                />
              </AccessRow>
            ))}
          </ul>
        </details>
      )}
      <TextField name="note" label={t("people.note")} hint={t("people.noteHint")} optional maxLength={100} />
    </Form>
  );
}

function withPlace(places: Places, id: string, role: Places[string] | undefined): Places {
  const { [id]: _, ...others } = places;
  return role === undefined ? others : { ...others, [id]: role };
}
