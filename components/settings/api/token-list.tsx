"use client";

import { useMutation } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { toView } from "@/components/ui/error-notice";
import { HelpLink } from "@/components/ui/help-link";
import { Table } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import type { ApiTokenView } from "@/lib/auth/api-tokens";
import { revokeToken } from "@/lib/auth/people-actions";
import type { TOKEN_RIGHTS } from "@/lib/auth/rights";
import { help } from "@/lib/guides/help";
import { useT } from "@/lib/i18n/react";
import { unwrap } from "@/lib/result";
import { rightKey } from "../people/right-key";
import { TokenDialog } from "./token-dialog";

interface TokenListProps {
  tokens: readonly ApiTokenView[];
  /** What this person can give a program. */
  rights: readonly (typeof TOKEN_RIGHTS)[number][];
}

export function TokenList({ tokens, rights }: TokenListProps) {
  const t = useT();
  const [creating, setCreating] = useState(false);
  const create = (
    <Button icon={<Plus aria-hidden="true" />} onClick={() => setCreating(true)}>
      {t("tokens.create")}
    </Button>
  );
  return (
    <Card
      flush
      title={t("tokens.title")}
      description={
        <>
          {t("tokens.description")} <HelpLink href={help.topic("tokens")} about={t("tokens.title")} />
        </>
      }
      actions={tokens.length > 0 ? create : null}
    >
      {tokens.length === 0 ? (
        <EmptyState
          icon={<KeyRound />}
          title={t("tokens.emptyTitle")}
          description={t("tokens.emptyDescription")}
          actions={create}
        />
      ) : (
        <Table
          label={t("tokens.title")}
          rows={tokens}
          rowKey={({ id }) => id}
          columns={[
            {
              id: "name",
              header: t("tokens.name"),
              primary: true,
              cell: (token) => (
                <span className="grid min-w-0 sm:py-2">
                  <span className="flex min-w-0 flex-wrap items-center gap-2">
                    <span className="wrap-anywhere min-w-0">{token.name}</span>
                    {token.expired ? <Badge tone="warn">{t("tokens.expired")}</Badge> : null}
                    {token.mine ? null : <Badge>{token.person}</Badge>}
                  </span>
                  <code className="font-normal text-text-3 text-xs">easel_…{token.tail}</code>
                </span>
              ),
            },
            {
              id: "rights",
              header: t("tokens.rights"),
              cell: (token) => (
                <span className="text-sm">{token.rights.map((right) => t(rightKey(right))).join(t("tokens.and"))}</span>
              ),
            },
            {
              id: "used",
              header: t("tokens.lastUsed"),
              cell: ({ lastUsedAt }) =>
                lastUsedAt ? <Time at={lastUsedAt} /> : <span className="text-text-3">{t("tokens.never")}</span>,
            },
            {
              id: "ends",
              header: t("people.expires"),
              cell: ({ expiresAt }) =>
                expiresAt ? <Time at={expiresAt} /> : <span className="text-text-3">{t("tokens.noEnd")}</span>,
            },
            {
              id: "actions",
              header: t("common.actions"),
              headerHidden: true,
              align: "end",
              cell: (token) => <Revoke token={token} />,
            },
          ]}
        />
      )}
      <TokenDialog open={creating} onOpenChange={setCreating} rights={rights} />
    </Card>
  );
}

function Revoke({ token: { id, name } }: { token: ApiTokenView }) {
  const t = useT();
  const router = useRouter();
  const [asking, setAsking] = useState(false);
  const revoke = useMutation({
    mutationFn: async () => unwrap(await revokeToken({ id })),
    onSuccess: () => {
      setAsking(false);
      toast.success(t("tokens.revoked", { name }));
      router.refresh();
    },
  });
  return (
    <>
      <Button size="sm" onClick={() => setAsking(true)}>
        {t("tokens.revoke")}
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t("tokens.revokeTitle", { name })}
        description={t("tokens.revokeDescription")}
        confirmLabel={t("tokens.revoke")}
        danger
        pending={revoke.isPending}
        error={revoke.error ? toView(revoke.error) : null}
        onConfirm={() => revoke.mutate()}
      />
    </>
  );
}
