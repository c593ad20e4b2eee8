"use client";

import { useMutation } from "@tanstack/react-query";
import { Eye, EyeOff } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { useT } from "@/lib/i18n/react";
import { unwrap } from "@/lib/result";
import { revealToken } from "@/lib/services/actions";

/** A token left on a screen is soon in a screenshot. */
const SHOWN_MS = 60_000;
export const MASK = "••••••••••••••••";

export type Token = ReturnType<typeof useToken>;

/** The token lives in this page only, and only for a while. Each fetch is written to the audit log by the server. */
export function useToken(connectionId: string, name: string) {
  const [value, setValue] = useState<string>();
  const get = useMutation({ mutationFn: async () => unwrap(await revealToken({ connectionId, name })).token });
  useEffect(() => {
    if (!value) return;
    const timer = setTimeout(() => setValue(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return {
    value,
    pending: get.isPending,
    error: get.error,
    reveal: async () => setValue(await get.mutateAsync().catch(() => undefined)),
    hide: () => setValue(undefined),
    /** For copying: what is copied works as it is, even while the screen shows dots. */
    fetch: async () => value ?? (await get.mutateAsync()),
  };
}

export function TokenRow({ token, denied }: { token: Token; denied: string | undefined }) {
  const t = useT();
  return (
    <div className="grid gap-1">
      <span className="text-sm text-text-3">{t("services.call.token")}</span>
      <div className="flex flex-wrap items-center gap-2">
        <code className="min-w-0 flex-1 basis-60 break-all">{token.value ?? MASK}</code>
        <Button
          size="sm"
          variant="ghost"
          icon={token.value ? <EyeOff aria-hidden="true" /> : <Eye aria-hidden="true" />}
          loading={token.pending}
          disabledReason={denied}
          onClick={() => (token.value ? token.hide() : void token.reveal())}
        >
          {t(token.value ? "services.call.hide" : "services.call.reveal")}
        </Button>
        {denied ? null : <CopyButton text={token.fetch} label={t("services.call.copyToken")} />}
      </div>
      <p className="text-sm text-text-3">{t("services.call.recorded")}</p>
      {token.error ? <ErrorNotice error={toView(token.error)} /> : null}
    </div>
  );
}
