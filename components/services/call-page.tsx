"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { CopyButton } from "@/components/ui/copy-button";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { HelpLink } from "@/components/ui/help-link";
import { Segmented } from "@/components/ui/segmented";
import { SkeletonRows } from "@/components/ui/skeleton";
import { help } from "@/lib/guides/help";
import { useT } from "@/lib/i18n/react";
import { functionsOf, type SnippetFunction } from "@/lib/playground/snippets/parameters";
import { callInfo } from "@/lib/playground/snippets/python";
import type { CallInformation, Way } from "@/lib/services/call-information";
import { serviceQueries } from "@/lib/services/queries";
import { CallDecoder } from "./call-page-decoder";
import { CallSnippets } from "./call-page-snippets";
import { MASK, TokenRow, useToken } from "./call-page-token";
import { TryCall } from "./call-page-try";
import { useServiceScope } from "./use-live";

export function CallPage() {
  const t = useT();
  const { connectionId, name } = useServiceScope();
  const { data, error, refetch } = useQuery(serviceQueries.call(connectionId, name));
  if (error && !data) return <ErrorNotice error={toView(error)} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonRows rows={4} label={t("common.loading")} />;
  const [first] = data.ways;
  if (!first) return <Callout tone="warn" title={t("services.call.noEndpoint")} />;
  return <Information call={data} first={first} />;
}

function Information({ call, first }: { call: CallInformation; first: Way }) {
  const t = useT();
  const { connectionId, name, rights } = useServiceScope();
  const [network, setNetwork] = useState(first.network);
  const functions = functionsOf(call.diffusers?.func ?? "base");
  const [func, setFunc] = useState<SnippetFunction>(functions[0] ?? "t2i");
  const token = useToken(connectionId, name);
  const way = call.ways.find((one) => one.network === network) ?? first;
  const denied = rights.revealToken ? undefined : t("services.call.needsRight");
  const information = (secret: string) => callInfo({ url: way.url, sink: way.sink, token: secret });

  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
      <Card
        title={t("services.call.address")}
        description={call.isAsync ? t("services.call.asyncNote") : undefined}
        actions={
          <>
            <HelpLink href={help.topic("call")} about={t("services.call.address")} />
            {call.ways.length > 1 ? (
              <Segmented
                label={t("services.call.network")}
                value={way.network}
                onChange={setNetwork}
                options={call.ways.map((one) => ({
                  value: one.network,
                  label: t(`services.call.${one.network}Short`),
                }))}
              />
            ) : null}
          </>
        }
      >
        <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
          {way.sink ? (
            <>
              <Address label={t("services.call.input")} url={way.url} />
              <Address label={t("services.call.output")} url={way.sink} />
              {way.direct ? <Address label={t("services.call.direct")} url={way.direct} /> : null}
            </>
          ) : (
            <Address label={t(`services.call.${way.network}`)} url={way.url} />
          )}
          {call.addresses.length > 1 ? <Gateways addresses={call.addresses} /> : null}
          <TokenRow token={token} denied={denied} />
          <CodeBlock
            code={information(token.value ?? MASK)}
            label={t("services.call.callInfo")}
            copyText={denied ? undefined : async () => information(await token.fetch())}
          />
        </div>
      </Card>
      <CallSnippets
        call={call}
        way={way}
        functions={functions}
        func={func}
        onFunc={setFunc}
        token={token}
        denied={denied}
      />
      <TryCall
        key={func}
        func={func}
        translate={call.diffusers?.translate ?? false}
        isAsync={call.isAsync}
        refusal={rights.generate ? undefined : t("services.call.try.noRight")}
      />
      <CallDecoder />
    </div>
  );
}

function Address({ label, url }: { label: string; url: string }) {
  const t = useT();
  return (
    <div className="grid gap-1">
      <span className="text-sm text-text-3">{label}</span>
      <div className="flex flex-wrap items-center gap-2">
        <code className="min-w-0 flex-1 basis-60 break-all">{url}</code>
        <CopyButton text={url} label={t("services.call.copyAddress")} />
      </div>
    </div>
  );
}

function Gateways({ addresses }: { addresses: CallInformation["addresses"] }) {
  const t = useT();
  return (
    <details className="text-sm">
      <summary className="w-fit rounded-sm text-text-2">{t("services.call.otherGateways")}</summary>
      <dl className="mt-2 grid gap-2">
        {addresses.map(({ type, internet, intranet }) => (
          <div key={`${type} ${internet} ${intranet}`} className="grid gap-0.5">
            <dt className="text-text-3">{type}</dt>
            {[...internet, ...intranet].map((url) => (
              <dd key={url} className="break-all font-mono">
                {url}
              </dd>
            ))}
          </div>
        ))}
      </dl>
    </details>
  );
}
