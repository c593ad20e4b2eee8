"use client";

import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { toView } from "@/components/ui/error-notice";
import { Table } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import { revokeSession } from "@/lib/auth/actions";
import type { SessionView } from "@/lib/auth/sessions";
import { errorTexts, useT } from "@/lib/i18n/react";
import { unwrap } from "@/lib/result";
import { describeUserAgent } from "./user-agent";

/** Where this person is signed in. */
export function SessionList({ sessions }: { sessions: readonly SessionView[] }) {
  const t = useT();
  const router = useRouter();
  const revoke = useMutation({
    mutationFn: async (id: string) => unwrap(await revokeSession({ id })),
    onSuccess: () => {
      toast.success(t("settings.sessions.revoked"));
      router.refresh();
    },
    onError: (error) => toast.error(errorTexts(t, toView(error)).title),
  });
  return (
    <Table
      label={t("settings.sessions.title")}
      rows={sessions}
      rowKey={(session) => session.id}
      columns={[
        {
          id: "browser",
          header: t("settings.sessions.browser"),
          primary: true,
          cell: (session) => (
            <span className="flex flex-wrap items-center gap-2" title={session.userAgent}>
              {describeUserAgent(session.userAgent) || t("common.unknown")}
              {session.current ? <Badge tone="accent">{t("settings.sessions.current")}</Badge> : null}
            </span>
          ),
        },
        {
          id: "address",
          header: t("settings.sessions.address"),
          cell: (session) => <code>{session.address}</code>,
        },
        {
          id: "lastSeen",
          header: t("settings.sessions.lastSeen"),
          cell: (session) => <Time at={session.lastSeenAt} />,
        },
        { id: "created", header: t("settings.sessions.created"), cell: (session) => <Time at={session.createdAt} /> },
        {
          id: "actions",
          header: t("common.actions"),
          headerHidden: true,
          align: "end",
          cell: (session) =>
            session.current ? null : (
              <Button
                size="sm"
                onClick={() => revoke.mutate(session.id)}
                loading={revoke.isPending && revoke.variables === session.id}
              >
                {t("settings.sessions.revoke")}
              </Button>
            ),
        },
      ]}
    />
  );
}
