"use client";

import { useMutation } from "@tanstack/react-query";
import { Pencil, PlugZap, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { connectionName } from "@/components/layout/connection-menu";
import { useChooseConnection } from "@/components/layout/use-choose-connection";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { IconButton } from "@/components/ui/icon-button";
import { toast } from "@/components/ui/toast";
import { deleteConnection, testConnection } from "@/lib/connections/actions";
import type { ConnectionDetails } from "@/lib/connections/view";
import { useT } from "@/lib/i18n/react";
import { unwrap } from "@/lib/result";
import { type AccessSettings, ConnectionAccess } from "./access/connection-access";
import { TestResult } from "./test-result";

interface ConnectionRowProps {
  connection: ConnectionDetails;
  chosen: boolean;
  canWrite: boolean;
  access: AccessSettings | undefined;
  onEdit: () => void;
}

/** One account in one region: what it is, what it answers, and what may be done with it. */
export function ConnectionRow({ connection, chosen, canWrite, access, onEdit }: ConnectionRowProps) {
  const t = useT();
  const router = useRouter();
  const [deleting, setDeleting] = useState(false);
  const { id, kind, region } = connection;
  const name = connectionName(t, connection);
  const choose = useChooseConnection();
  const test = useMutation({ mutationFn: async () => unwrap(await testConnection({ id })) });
  const remove = useMutation({
    mutationFn: async () => unwrap(await deleteConnection({ id })),
    onSuccess: () => {
      setDeleting(false);
      toast.success(t("settings.connections.deleted", { name }));
      router.refresh();
    },
  });
  const ownerOnly = canWrite ? undefined : t("settings.ownerOnly");

  return (
    <li className="grid gap-3 p-4">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-3">
        <div className="grid min-w-0 gap-0.5">
          <div className="flex min-w-0 flex-wrap items-center gap-2">
            <h3 className="min-w-0 truncate font-medium">{name}</h3>
            {chosen ? <Badge tone="accent">{t("settings.connections.inUse")}</Badge> : null}
            {access?.closed.includes(id) ? <Badge>{t("settings.connections.closedBadge")}</Badge> : null}
          </div>
          <p className="text-sm text-text-2">
            {t.maybe(`regions.${region}`) ?? region}
            <span className="text-text-3"> · </span>
            {connection.accessKeyId ? <code>{connection.accessKeyId}</code> : t("settings.connections.role")}
          </p>
          {connection.bucketDomain ? (
            <p className="wrap-anywhere text-sm text-text-2">
              {t("settings.connections.domainOf", { ...connection.bucketDomain })}
            </p>
          ) : null}
          {kind === "saved" ? null : <p className="text-sm text-text-3">{t(`settings.connections.origin.${kind}`)}</p>}
        </div>
        <div className="flex flex-wrap items-center gap-2">
          {chosen ? null : (
            <Button size="sm" onClick={() => choose.mutate(id)} loading={choose.isPending}>
              {t("settings.connections.use")}
            </Button>
          )}
          <Button
            size="sm"
            icon={<PlugZap aria-hidden="true" />}
            onClick={() => test.mutate()}
            loading={test.isPending}
            disabledReason={ownerOnly}
          >
            {t("settings.connections.test")}
          </Button>
          {access ? <ConnectionAccess connection={{ id, name }} access={access} /> : null}
          {kind === "saved" && canWrite ? (
            <>
              <IconButton
                size="sm"
                label={t("settings.connections.editNamed", { name })}
                icon={<Pencil aria-hidden="true" />}
                onClick={onEdit}
              />
              <IconButton
                size="sm"
                label={t("settings.connections.deleteNamed", { name })}
                icon={<Trash2 aria-hidden="true" />}
                onClick={() => {
                  remove.reset();
                  setDeleting(true);
                }}
              />
            </>
          ) : null}
        </div>
      </div>
      <div role="status" className="empty:hidden">
        {test.data ? <TestResult result={test.data} /> : null}
      </div>
      {test.error ? <ErrorNotice error={toView(test.error)} onRetry={() => test.mutate()} /> : null}
      <ConfirmDialog
        open={deleting}
        onOpenChange={setDeleting}
        title={t("settings.connections.deleteTitle", { name })}
        description={t("settings.connections.deleteDescription")}
        confirmLabel={t("settings.connections.deleteConfirm")}
        danger
        pending={remove.isPending}
        error={remove.error ? toView(remove.error) : null}
        onConfirm={() => remove.mutate()}
      />
    </li>
  );
}
