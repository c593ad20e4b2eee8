"use client";

import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { toView } from "@/components/ui/error-notice";
import { Table } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import type { InvitationView } from "@/lib/auth/invitations";
import { withdrawInvitation } from "@/lib/auth/people-actions";
import { errorTexts, useT } from "@/lib/i18n/react";
import { unwrap } from "@/lib/result";

/** Links that still open the door. */
export function InvitationList({ invitations }: { invitations: readonly InvitationView[] }) {
  const t = useT();
  const router = useRouter();
  const withdraw = useMutation({
    mutationFn: async (id: string) => unwrap(await withdrawInvitation({ id })),
    onSuccess: () => toast.success(t("people.withdrawn")),
    onError: (error) => toast.error(errorTexts(t, toView(error)).title),
    onSettled: () => router.refresh(),
  });
  return (
    <Card flush title={t("people.openLinks")} description={t("people.openLinksDescription")}>
      <Table
        label={t("people.openLinks")}
        rows={invitations}
        rowKey={({ id }) => id}
        columns={[
          {
            id: "link",
            header: t("people.link"),
            primary: true,
            cell: ({ person, role, places, note }) => (
              <span className="grid min-w-0 sm:py-2">
                {person
                  ? t("people.forPassword", { name: person })
                  : t("people.forNew", { role: t(`common.roles.${role}`) })}
                {places > 0 ? (
                  <span className="font-normal text-sm text-text-2">{t("people.placesDiffer", { count: places })}</span>
                ) : null}
                {note && !person ? <span className="wrap-anywhere font-normal text-sm text-text-2">{note}</span> : null}
              </span>
            ),
          },
          { id: "by", header: t("people.by"), cell: ({ createdBy }) => createdBy },
          { id: "expires", header: t("people.expires"), cell: ({ expiresAt }) => <Time at={expiresAt} /> },
          {
            id: "actions",
            header: t("common.actions"),
            headerHidden: true,
            align: "end",
            cell: ({ id }) => (
              <Button
                size="sm"
                onClick={() => withdraw.mutate(id)}
                loading={withdraw.isPending && withdraw.variables === id}
              >
                {t("people.withdraw")}
              </Button>
            ),
          },
        ]}
      />
    </Card>
  );
}
