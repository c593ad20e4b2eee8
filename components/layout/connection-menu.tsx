"use client";

import { ChevronsUpDown, Cloud, Settings2 } from "lucide-react";
import { buttonClass } from "@/components/ui/button-styles";
import { Menu, MenuChoices, MenuLink, MenuSeparator } from "@/components/ui/dropdown-menu";
import { LinkButton } from "@/components/ui/link-button";
import { Spinner } from "@/components/ui/spinner";
import type { ConnectionView } from "@/lib/connection";
import { useT } from "@/lib/i18n/react";
import type { Translate } from "@/lib/i18n/translate";
import { paths } from "@/lib/paths";
import { useChooseConnection, useFollowConnection } from "./use-choose-connection";

interface ConnectionMenuProps {
  connections: readonly ConnectionView[];
  chosen: ConnectionView | undefined;
}

/** Connections that nobody named are called by where they come from. */
export function connectionName(t: Translate, connection: ConnectionView): string {
  return connection.kind === "saved" ? connection.name : t(`shell.connection.${connection.kind}`);
}

/** Which account and region the whole console works in. */
export function ConnectionMenu({ connections, chosen }: ConnectionMenuProps) {
  const t = useT();
  const choose = useChooseConnection();
  useFollowConnection();

  if (!chosen) {
    return (
      <LinkButton href={paths.settings("connections")} size="sm" icon={<Cloud aria-hidden="true" />}>
        {t("shell.connection.none")}
      </LinkButton>
    );
  }
  const name = connectionName(t, chosen);
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          aria-label={t("shell.connection.label", { name, region: chosen.region })}
          className={buttonClass({ variant: "ghost", size: "sm", className: "min-w-0 shrink! gap-1.5!" })}
        >
          {choose.isPending ? <Spinner /> : <Cloud aria-hidden="true" className="hidden sm:block" />}
          <span className="truncate text-text">{name}</span>
          <span aria-hidden="true" className="hidden text-text-3 sm:max-md:inline lg:inline">
            ·
          </span>
          <span className="hidden truncate font-normal text-text-2 sm:max-md:inline lg:inline">{chosen.region}</span>
          <ChevronsUpDown aria-hidden="true" className="size-3.5! text-text-3" />
        </button>
      }
    >
      <MenuChoices
        label={t("shell.connection.title")}
        value={chosen.id}
        onChange={(id) => choose.mutate(id)}
        options={connections.map((connection) => ({
          value: connection.id,
          label: connectionName(t, connection),
          hint: connection.region,
        }))}
      />
      <MenuSeparator />
      <MenuLink href={paths.settings("connections")} icon={<Settings2 aria-hidden="true" />}>
        {t("shell.connection.manage")}
      </MenuLink>
    </Menu>
  );
}
