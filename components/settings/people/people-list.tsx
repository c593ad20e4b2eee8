"use client";

import { useMutation } from "@tanstack/react-query";
import { KeyRound, LogOut, MoreHorizontal, Plus, ShieldOff, UserCheck, UserX } from "lucide-react";
import { useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Menu, MenuItem } from "@/components/ui/dropdown-menu";
import { toView } from "@/components/ui/error-notice";
import { HelpLink } from "@/components/ui/help-link";
import { IconButton } from "@/components/ui/icon-button";
import { Select } from "@/components/ui/select";
import { Table } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import { VisuallyHidden } from "@/components/ui/visually-hidden";
import type { Places } from "@/lib/auth/access";
import type { PersonView } from "@/lib/auth/people";
import {
  changeRole,
  offerNewPassword,
  setDisabled,
  signOutEverywhere,
  takeOffSecondFactor,
} from "@/lib/auth/people-actions";
import { ROLES, type Role } from "@/lib/auth/rights";
import type { ConnectionView } from "@/lib/connection";
import { help } from "@/lib/guides/help";
import { errorTexts, useT } from "@/lib/i18n/react";
import { unwrap } from "@/lib/result";
import { PersonPlacesDialog } from "../access/person-places-dialog";
import { useChange } from "../use-change";
import { InviteDialog } from "./invite-dialog";
import { LinkDialog } from "./link-dialog";

/** Which connections there are, and what people are in them. */
interface PlaceSettings {
  connections: readonly ConnectionView[];
  places: { people: Record<string, Places>; closed: readonly string[] };
}

interface PeopleListProps extends PlaceSettings {
  people: readonly PersonView[];
  meId: string;
}

/** Everybody who may sign in, and what is done with them. */
export function PeopleList({ people, meId, ...rest }: PeopleListProps) {
  const t = useT();
  const [inviting, setInviting] = useState(false);
  return (
    <Card
      flush
      title={t("people.title")}
      description={
        <>
          {t("people.description")} <HelpLink href={help.topic("people")} about={t("people.title")} />
        </>
      }
      actions={
        <Button icon={<Plus aria-hidden="true" />} onClick={() => setInviting(true)}>
          {t("people.invite")}
        </Button>
      }
    >
      <Table
        label={t("people.title")}
        rows={people}
        rowKey={({ id }) => id}
        columns={[
          {
            id: "name",
            header: t("people.name"),
            primary: true,
            cell: (person) => (
              <span className="flex min-w-0 flex-wrap items-center gap-2">
                <span className="wrap-anywhere min-w-0">{person.name}</span>
                {person.id === meId ? <Badge tone="accent">{t("people.you")}</Badge> : null}
                {person.secondFactor ? <Badge>{t("people.secondFactor")}</Badge> : null}
                {person.disabled ? <Badge tone="warn">{t("people.disabled")}</Badge> : null}
              </span>
            ),
          },
          {
            id: "role",
            header: t("people.role"),
            cell: (person) => <PersonRole person={person} meId={meId} {...rest} />,
          },
          {
            id: "seen",
            header: t("people.lastSeen"),
            cell: ({ lastSeenAt, sessions }) =>
              lastSeenAt ? (
                <span className="grid text-sm max-sm:justify-items-end sm:py-2">
                  <Time at={lastSeenAt} />
                  <span className="text-text-3">{t("people.sessions", { count: sessions })}</span>
                </span>
              ) : (
                <span className="text-sm text-text-3">{t("people.never")}</span>
              ),
          },
          {
            id: "actions",
            header: t("common.actions"),
            headerHidden: true,
            align: "end",
            cell: (person) => <PersonActions person={person} meId={meId} />,
          },
        ]}
      />
      <InviteDialog open={inviting} onOpenChange={setInviting} connections={rest.connections} />
    </Card>
  );
}

/** The general role, and below it where they are something else. */
function PersonRole({ person, meId, places, connections }: { person: PersonView; meId: string } & PlaceSettings) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const own = places.people[person.id] ?? {};
  const differing = connections.filter(({ id }) => own[id] !== undefined).length;
  return (
    <span className="grid justify-items-start gap-1 max-sm:justify-items-end sm:py-2">
      <RoleChoice person={person} meId={meId} />
      {person.role === "owner" || connections.length === 0 ? null : (
        <>
          <Button size="sm" variant="ghost" className="-ml-2.5 max-sm:-mr-2.5" onClick={() => setOpen(true)}>
            {differing === 0 ? t("people.placesMenu") : t("people.placesDiffer", { count: differing })}
            <VisuallyHidden>: {person.name}</VisuallyHidden>
          </Button>
          <PersonPlacesDialog
            person={person}
            places={own}
            connections={connections}
            closed={places.closed}
            open={open}
            onOpenChange={setOpen}
          />
        </>
      )}
    </span>
  );
}

function RoleChoice({ person, meId }: { person: PersonView; meId: string }) {
  const t = useT();
  const change = useChange(
    async (role: Role) => unwrap(await changeRole({ id: person.id, role })),
    (_, role) => t("people.roleChanged", { name: person.name, role: t(`common.roles.${role}`) }),
  );
  if (person.id === meId) return <span title={t("people.ownRole")}>{t(`common.roles.${person.role}`)}</span>;
  return (
    <Select
      aria-label={t("people.roleOf", { name: person.name })}
      value={change.isPending ? change.variables : person.role}
      disabled={change.isPending}
      className="w-36"
      onChange={(event) => change.mutate(event.target.value as Role)}
    >
      {ROLES.map((role) => (
        <option key={role} value={role}>
          {t(`common.roles.${role}`)}
        </option>
      ))}
    </Select>
  );
}

function PersonActions({ person, meId }: { person: PersonView; meId: string }) {
  const t = useT();
  const [disabling, setDisabling] = useState(false);
  const [takingOff, setTakingOff] = useState(false);
  const [link, setLink] = useState<string>();
  const { id, name } = person;
  const signOut = useChange(
    async () => unwrap(await signOutEverywhere({ id })),
    ({ sessions }) => t("people.signedOut", { count: sessions, name }),
  );
  const enable = useChange(
    async () => unwrap(await setDisabled({ id, disabled: false })),
    () => t("people.enabledDone", { name }),
  );
  const disable = useChange(
    async () => unwrap(await setDisabled({ id, disabled: true })),
    () => {
      setDisabling(false);
      return t("people.disabledDone", { name });
    },
  );
  const takeOff = useChange(
    async () => unwrap(await takeOffSecondFactor({ id })),
    () => {
      setTakingOff(false);
      return t("people.secondFactorOff", { name });
    },
  );
  const offer = useMutation({
    mutationFn: async () => unwrap(await offerNewPassword({ id })),
    onSuccess: ({ token }) => setLink(token),
    onError: (error) => toast.error(errorTexts(t, toView(error)).title),
  });
  const self = id === meId ? t("people.ownSelf") : undefined;
  return (
    <>
      <Menu
        trigger={
          <IconButton size="sm" label={t("people.actionsOf", { name })} icon={<MoreHorizontal aria-hidden="true" />} />
        }
      >
        <MenuItem
          icon={<LogOut aria-hidden="true" />}
          onSelect={() => signOut.mutate()}
          disabledReason={person.sessions === 0 ? t("people.noSession") : undefined}
        >
          {t("people.signOut")}
        </MenuItem>
        <MenuItem
          icon={<KeyRound aria-hidden="true" />}
          onSelect={() => offer.mutate()}
          disabledReason={self ?? (person.disabled ? t("people.isDisabled") : undefined)}
        >
          {t("people.newPassword")}
        </MenuItem>
        {person.secondFactor ? (
          <MenuItem
            icon={<ShieldOff aria-hidden="true" />}
            onSelect={() => setTakingOff(true)}
            disabledReason={id === meId ? t("people.ownSecondFactor") : undefined}
          >
            {t("people.takeOffSecondFactor")}
          </MenuItem>
        ) : null}
        {person.disabled ? (
          <MenuItem icon={<UserCheck aria-hidden="true" />} onSelect={() => enable.mutate()}>
            {t("people.enable")}
          </MenuItem>
        ) : (
          <MenuItem
            icon={<UserX aria-hidden="true" />}
            danger
            onSelect={() => setDisabling(true)}
            disabledReason={self}
          >
            {t("people.disable")}
          </MenuItem>
        )}
      </Menu>
      <ConfirmDialog
        open={disabling}
        onOpenChange={setDisabling}
        title={t("people.disableTitle", { name })}
        description={t("people.disableDescription", { name })}
        confirmLabel={t("people.disable")}
        danger
        pending={disable.isPending}
        onConfirm={() => disable.mutate()}
      />
      <ConfirmDialog
        open={takingOff}
        onOpenChange={setTakingOff}
        title={t("people.takeOffTitle", { name })}
        description={t("people.takeOffDescription", { name })}
        confirmLabel={t("people.takeOffSecondFactor")}
        danger
        pending={takeOff.isPending}
        onConfirm={() => takeOff.mutate()}
      />
      <LinkDialog token={link} title={t("people.newPasswordTitle", { name })} onClose={() => setLink(undefined)} />
    </>
  );
}
