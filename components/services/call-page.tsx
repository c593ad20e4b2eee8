"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { Eye, EyeOff } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { CopyButton } from "@/components/ui/copy-button";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { Segmented } from "@/components/ui/segmented";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Tabs } from "@/components/ui/tabs";
import { useT } from "@/lib/i18n/react";
import { callSnippets } from "@/lib/playground/snippets";
import { unwrap } from "@/lib/result";
import { revealToken } from "@/lib/services/actions";
import type { CallInformation } from "@/lib/services/call-information";
import { serviceQueries } from "@/lib/services/queries";
import { useServiceScope, useSnapshot } from "./use-live";

/** A token left on a screen is soon in a screenshot. */
const SHOWN_MS = 60_000;
const MASK = "••••••••••••••••";

export function CallPage() {
  const t = useT();
  const { connectionId, name } = useServiceScope();
  const { data, error, refetch } = useQuery(serviceQueries.call(connectionId, name));
  if (error) return <ErrorNotice error={toView(error)} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonRows rows={4} label={t("common.loading")} />;
  if (!data.endpoint) return <Callout tone="warn" title={t("services.call.noEndpoint")} />;
  return <Information call={data} endpoint={data.endpoint} />;
}

function Information({ call, endpoint }: { call: CallInformation; endpoint: string }) {
  const t = useT();
  const { connectionId, name, rights } = useServiceScope();
  const snapshot = useSnapshot();
  const [network, setNetwork] = useState<"internet" | "vpc">("internet");
  const [language, setLanguage] = useState("curl");
  const token = useToken(connectionId, name);
  const vpc = call.addresses.flatMap(({ intranet }) => intranet)[0];
  // A service may have no way in from the Internet: its one address is then the VPC's.
  const internet = call.addresses.flatMap(({ internet: urls }) => urls)[0] ?? (vpc ? undefined : endpoint);
  const url = (network === "vpc" ? vpc : undefined) ?? internet ?? vpc ?? endpoint;
  const func = snapshot?.service?.flags?.func ?? "base";
  const snippets = (secret: string) => callSnippets({ url, token: secret, func });
  const shown = snippets(token.value ?? MASK);
  // What is copied works as it is, even while the screen shows dots.
  const copying = (pick: keyof typeof shown) => async () => snippets(await token.fetch())[pick];
  const denied = rights.revealToken ? undefined : t("services.call.needsRight");

  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
      {call.isAsync ? <Callout title={t("services.call.asyncTitle")}>{t("services.call.asyncText")}</Callout> : null}
      <Card title={t("services.call.address")}>
        <div className="grid gap-3">
          {call.queue ? (
            <>
              <Address label={t("services.call.input")} url={call.queue.input} />
              <Address label={t("services.call.output")} url={call.queue.output} />
              {call.queue.direct ? <Address label={t("services.call.direct")} url={call.queue.direct} /> : null}
            </>
          ) : (
            <>
              {internet ? <Address label={t("services.call.internet")} url={internet} /> : null}
              {vpc ? <Address label={t("services.call.vpc")} url={vpc} /> : null}
            </>
          )}
          <div className="grid gap-1">
            <span className="text-sm text-text-3">{t("services.call.token")}</span>
            <div className="flex flex-wrap items-center gap-2">
              <code className="min-w-0 flex-1 break-all">{token.value ?? MASK}</code>
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
        </div>
      </Card>
      <Card
        title={t("services.call.snippets")}
        description={t(denied ? "services.call.snippetsHintDenied" : "services.call.snippetsHint")}
        actions={
          vpc && internet ? (
            <Segmented
              label={t("services.call.network")}
              value={network}
              onChange={setNetwork}
              options={[
                { value: "internet", label: t("services.call.internetShort") },
                { value: "vpc", label: t("services.call.vpcShort") },
              ]}
            />
          ) : null
        }
      >
        <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
          <CodeBlock
            code={shown.callInfo}
            label={t("services.call.callInfo")}
            copyText={denied ? undefined : copying("callInfo")}
          />
          <Tabs
            label={t("services.call.language")}
            value={language}
            onChange={setLanguage}
            tabs={(["curl", "python"] as const).map((id) => ({
              id,
              label: t(`services.call.${id}`),
              content: (
                <CodeBlock
                  code={shown[id]}
                  label={t(`services.call.${id}`)}
                  copyText={denied ? undefined : copying(id)}
                  maxHeight="26rem"
                />
              ),
            }))}
          />
        </div>
      </Card>
    </div>
  );
}

function Address({ label, url }: { label: string; url: string }) {
  const t = useT();
  return (
    <div className="grid gap-1">
      <span className="text-sm text-text-3">{label}</span>
      <div className="flex flex-wrap items-center gap-2">
        <code className="min-w-0 flex-1 break-all">{url}</code>
        <CopyButton text={url} label={t("services.call.copyAddress")} />
      </div>
    </div>
  );
}

/** The token lives in this component only, and only for a while. Each fetch is written to the audit log by the server. */
function useToken(connectionId: string, name: string) {
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
    fetch: async () => value ?? (await get.mutateAsync()),
  };
}
