"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useT } from "@/lib/i18n/react";
import { IMAGE } from "@/lib/service-config/config-view";
import { imageAddress, imageChoice, officialImage } from "@/lib/service-config/defaults";
import type { ServiceImage } from "@/lib/service-config/draft";
import { serviceQueries } from "@/lib/services/queries";
import { TypedField } from "./config-field";
import { useConfigEditor } from "./editor-context";
import { FieldFrame } from "./field-frame";

const ADDRESS = { id: "image", path: IMAGE, kind: "text" } as const;

/** The official image, its mirror, or any other: by address or from the list that the account can see. */
export function ImageFields({ connectionId }: { connectionId: string }) {
  const t = useT();
  const { view, facts, change } = useConfigEditor();
  const [listed, setListed] = useState(false);
  const kind = imageChoice(view.image, facts.region).kind;

  function choose(next: ServiceImage["kind"]) {
    const image: ServiceImage = next === "custom" ? { kind: "custom", address: "" } : { kind: next };
    change([{ path: IMAGE, value: imageAddress(image, facts.region) }]);
  }

  return (
    <>
      <FieldFrame
        label={t("deploy.service.image")}
        hint={
          kind === "official"
            ? officialImage(facts.region)
            : kind === "mirror"
              ? t("deploy.service.imageHint")
              : undefined
        }
        path={kind === "custom" ? [] : IMAGE}
      >
        {(control) => (
          <Select {...control} value={kind} onChange={(event) => choose(event.target.value as ServiceImage["kind"])}>
            <option value="official">{t("deploy.service.imageOfficial")}</option>
            <option value="mirror">{t("deploy.service.imageMirror")}</option>
            <option value="custom">{t("deploy.service.imageCustom")}</option>
          </Select>
        )}
      </FieldFrame>
      {kind === "custom" ? (
        <TypedField spec={ADDRESS} path={IMAGE} label={t("deploy.service.imageAddress")} />
      ) : (
        <div className="hidden sm:block" />
      )}
      {kind === "custom" ? (
        <>
          <RegistryAuth />
          <div className="grid content-start gap-2 sm:col-span-2">
            <Button size="sm" className="justify-self-start" aria-expanded={listed} onClick={() => setListed(!listed)}>
              {t("config.image.choose")}
            </Button>
            {listed ? <ImageList connectionId={connectionId} /> : null}
          </div>
        </>
      ) : null}
    </>
  );
}

const SHOWN = 20;

function ImageList({ connectionId }: { connectionId: string }) {
  const t = useT();
  const { change, view } = useConfigEditor();
  const [search, setSearch] = useState("");
  const images = useQuery(serviceQueries.images(connectionId));
  if (images.error) return <ErrorNotice error={toView(images.error)} onRetry={() => void images.refetch()} />;
  if (!images.data) return <SkeletonRows rows={2} label={t("common.loading")} />;
  const words = search.toLowerCase();
  const found = images.data.filter(({ name, uri, description }) =>
    `${name} ${uri} ${description ?? ""}`.toLowerCase().includes(words),
  );
  return (
    <div className="grid gap-2">
      <Input
        aria-label={t("config.image.search")}
        placeholder={t("config.image.search")}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      <ul className="max-h-72 divide-y divide-line overflow-auto rounded-lg border border-line">
        {found.slice(0, SHOWN).map(({ id, name, uri, description }) => (
          <li key={id}>
            <button
              type="button"
              aria-pressed={uri === view.image}
              onClick={() => change([{ path: IMAGE, value: uri }])}
              className="grid w-full gap-0.5 px-3 py-2 text-left hover:bg-hover focus-visible:outline-offset-[-2px] aria-pressed:bg-accent-soft"
            >
              <span className="font-medium">{name}</span>
              {description ? <span className="text-sm text-text-2">{description}</span> : null}
              <span className="break-all font-mono text-text-3 text-xs">{uri}</span>
            </button>
          </li>
        ))}
        {found.length === 0 ? <li className="px-3 py-2 text-text-2">{t("config.image.none")}</li> : null}
      </ul>
    </div>
  );
}

const AUTH = ["dockerAuth"] as const;

/** EAS takes `user:password` in base64; both are typed anew together, as neither can be shown. */
function RegistryAuth() {
  const t = useT();
  const { get, change } = useConfigEditor();
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  const isSet = get(AUTH) !== undefined;

  function write(nextUser: string, nextPassword: string) {
    setUser(nextUser);
    setPassword(nextPassword);
    if (nextUser && nextPassword) change([{ path: AUTH, value: toBase64(`${nextUser}:${nextPassword}`) }]);
  }

  return (
    <>
      <FieldFrame label={t("config.image.user")} hint={t("config.image.authHint")} path={[]}>
        {(control) => (
          <Input
            {...control}
            autoComplete="off"
            value={user}
            onChange={(event) => write(event.target.value, password)}
          />
        )}
      </FieldFrame>
      <FieldFrame label={t("config.image.password")} hint={isSet ? t("config.image.authSet") : undefined} path={AUTH}>
        {(control) => (
          <>
            <Input
              {...control}
              type="password"
              autoComplete="new-password"
              value={password}
              onChange={(event) => write(user, event.target.value)}
            />
            {isSet ? (
              <Button
                size="sm"
                className="justify-self-start"
                onClick={() => {
                  setUser("");
                  setPassword("");
                  change([{ path: AUTH, value: undefined }]);
                }}
              >
                {t("config.image.authClear")}
              </Button>
            ) : null}
          </>
        )}
      </FieldFrame>
    </>
  );
}

/** Passwords may hold any letter; btoa knows Latin ones only. */
const toBase64 = (text: string) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
