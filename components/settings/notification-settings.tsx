"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Bell, Send, Trash2 } from "lucide-react";
import { useState, useSyncExternalStore } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Switch } from "@/components/ui/switch";
import { Table } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import { errorTexts, useT } from "@/lib/i18n/react";
import { deleteWebhook, testWebhook, toggleWebhook } from "@/lib/notifications/actions";
import { notificationQueries } from "@/lib/notifications/queries";
import type { WebhookView } from "@/lib/notifications/schemas";
import { unwrap } from "@/lib/result";
import { WebhookForm } from "./webhook-form";

type Permission = NotificationPermission | "unsupported";

/** Changes only by our own question; a page that is looked at again asks again. */
const permissionStore = {
  listeners: new Set<() => void>(),
  subscribe(listener: () => void) {
    permissionStore.listeners.add(listener);
    window.addEventListener("focus", listener);
    return () => {
      permissionStore.listeners.delete(listener);
      window.removeEventListener("focus", listener);
    };
  },
  get: (): Permission => ("Notification" in window ? Notification.permission : "unsupported"),
};

export function BrowserNotifications() {
  const t = useT();
  const permission = useSyncExternalStore<Permission>(permissionStore.subscribe, permissionStore.get, () => "default");
  async function ask() {
    await Notification.requestPermission();
    for (const listener of permissionStore.listeners) listener();
  }
  return (
    <Card title={t("settings.notifications.browser")} description={t("settings.notifications.browserDescription")}>
      <div className="flex flex-wrap items-center gap-3">
        {permission === "default" ? (
          <Button icon={<Bell aria-hidden="true" />} onClick={() => void ask()}>
            {t("settings.notifications.allow")}
          </Button>
        ) : null}
        <p className="text-text-2" role="status">
          {t(`settings.notifications.permission.${permission}`)}
        </p>
      </div>
    </Card>
  );
}

export function WebhookSettings() {
  const t = useT();
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<{ name: string; secret: string }>();
  const { data, error, refetch } = useQuery(notificationQueries.webhooks());
  return (
    <Card
      title={t("settings.notifications.webhooks")}
      description={t("settings.notifications.webhooksDescription")}
      actions={
        adding ? null : (
          <Button size="sm" onClick={() => setAdding(true)}>
            {t("settings.notifications.add")}
          </Button>
        )
      }
    >
      <div className="grid gap-4">
        {made ? <SecretOnce {...made} onClose={() => setMade(undefined)} /> : null}
        {adding ? (
          <WebhookForm
            onDone={(created) => {
              setAdding(false);
              setMade(created);
            }}
          />
        ) : null}
        {error ? <ErrorNotice error={toView(error)} onRetry={() => void refetch()} /> : null}
        {data?.map((webhook) => (
          <Webhook key={webhook.id} webhook={webhook} />
        ))}
        {data?.length === 0 && !adding ? (
          <EmptyState
            title={t("settings.notifications.emptyTitle")}
            description={t("settings.notifications.emptyDescription")}
          />
        ) : null}
        {data || error ? null : <SkeletonRows rows={2} label={t("common.loading")} />}
      </div>
    </Card>
  );
}

function SecretOnce({ name, secret, onClose }: { name: string; secret: string; onClose: () => void }) {
  const t = useT();
  return (
    <Callout
      tone="info"
      role="status"
      title={t("settings.notifications.secretTitle", { name })}
      actions={
        <Button size="sm" onClick={onClose}>
          {t("common.close")}
        </Button>
      }
    >
      <p className="mb-2">{t("settings.notifications.secretHint")}</p>
      <CodeBlock code={secret} label={t("settings.notifications.secret")} />
    </Callout>
  );
}

function Webhook({ webhook }: { webhook: WebhookView }) {
  const t = useT();
  const client = useQueryClient();
  const [deleting, setDeleting] = useState(false);
  const { id, name, url, kinds, enabled, deliveries } = webhook;
  const settled = {
    onError: (error: unknown) => toast.error(errorTexts(t, toView(error)).title),
    onSettled: () => client.invalidateQueries({ queryKey: notificationQueries.webhooks().queryKey }),
  };
  const toggle = useMutation({
    mutationFn: async (on: boolean) => unwrap(await toggleWebhook({ id, enabled: on })),
    ...settled,
  });
  const test = useMutation({ mutationFn: async () => unwrap(await testWebhook({ id })), ...settled });
  const remove = useMutation({
    mutationFn: async () => unwrap(await deleteWebhook({ id })),
    onSuccess: () => setDeleting(false),
    onSettled: settled.onSettled,
  });
  return (
    <section aria-label={name} className="grid gap-3 rounded-lg border border-line p-4">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="grid min-w-0 gap-1">
          <h3 className="font-medium">{name}</h3>
          <code className="wrap-anywhere text-sm text-text-2">{url}</code>
          <div className="flex flex-wrap gap-1.5">
            {kinds.map((kind) => (
              <Badge key={kind}>{t(`settings.notifications.kind.${kind}`)}</Badge>
            ))}
          </div>
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <Switch
            aria-label={t("settings.notifications.enabledNamed", { name })}
            checked={enabled}
            onChange={(event) => toggle.mutate(event.target.checked)}
          />
          <Button size="sm" icon={<Send aria-hidden="true" />} loading={test.isPending} onClick={() => test.mutate()}>
            {t("settings.notifications.test")}
          </Button>
          <Button size="sm" variant="danger" icon={<Trash2 aria-hidden="true" />} onClick={() => setDeleting(true)}>
            {t("settings.notifications.delete")}
          </Button>
        </div>
      </div>
      {deliveries.length > 0 ? <Journal name={name} deliveries={deliveries} /> : null}
      <ConfirmDialog
        open={deleting}
        onOpenChange={setDeleting}
        title={t("settings.notifications.deleteTitle", { name })}
        description={t("settings.notifications.deleteDescription")}
        confirmLabel={t("settings.notifications.delete")}
        danger
        pending={remove.isPending}
        error={remove.error ? toView(remove.error) : null}
        onConfirm={() => remove.mutate()}
      />
    </section>
  );
}

function Journal({ name, deliveries }: { name: string; deliveries: WebhookView["deliveries"] }) {
  const t = useT();
  return (
    <Table
      label={t("settings.notifications.journal", { name })}
      dense
      rows={deliveries}
      rowKey={({ id }) => id}
      columns={[
        {
          id: "kind",
          header: t("settings.notifications.event"),
          primary: true,
          cell: ({ kind }) => t.maybe(`settings.notifications.kind.${kind}`) ?? kind,
        },
        {
          id: "state",
          header: t("common.state"),
          cell: ({ state, status, error }) => (
            <span className={state === "failed" ? "text-bad" : state === "delivered" ? "text-ok" : "text-text-2"}>
              {t(`settings.notifications.state.${state}`)}
              {error ? ` · ${status ?? t.maybe(`errors.${error}.title`) ?? error}` : ""}
            </span>
          ),
        },
        {
          id: "attempts",
          header: t("settings.notifications.attempts"),
          cell: ({ attempts }) => <span className="tabular-nums">{attempts}</span>,
        },
        {
          id: "at",
          header: t("settings.notifications.at"),
          align: "end",
          cell: ({ updatedAt }) => <Time at={updatedAt} />,
        },
      ]}
    />
  );
}
