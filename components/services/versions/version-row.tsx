"use client";

import { Copy, History } from "lucide-react";
import { refusalText } from "@/components/services/service-actions";
import { useServiceScope } from "@/components/services/use-live";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { LinkButton } from "@/components/ui/link-button";
import { Time } from "@/components/ui/time";
import { serviceCan } from "@/lib/eas/service-can";
import { useT } from "@/lib/i18n/react";
import { paths } from "@/lib/paths";
import type { VersionView } from "@/lib/services/version-view";
import type { ServiceDetail } from "@/lib/services/view";

interface VersionRowProps {
  version: VersionView;
  service: ServiceDetail;
  isCurrent: boolean;
  isLatest: boolean;
  onRollBack: () => void;
}

export function VersionRow({ version, service, isCurrent, isLatest, onRollBack }: VersionRowProps) {
  const t = useT();
  const { name, rights } = useServiceScope();
  const { number, builtAt, thumbnail, runnable, imageAvailable, proof } = version;
  const refusal =
    refusalText(t, rights.write, serviceCan.rollBack(service)) ??
    (isLatest ? t("versions.isLatest") : runnable === false ? t("versions.notRunnable") : undefined);
  return (
    <li className="grid gap-3 px-4 py-4 sm:grid-cols-[4.5rem_minmax(0,1fr)_auto] sm:gap-4">
      <Thumbnail thumbnail={thumbnail} number={number} />
      <div className="grid min-w-0 content-start gap-1">
        <h3 className="flex flex-wrap items-center gap-2 font-medium">
          {t("versions.number", { number: String(number) })}
          {isCurrent ? <Badge tone="ok">{t("versions.runs")}</Badge> : null}
          {isLatest && !isCurrent ? <Badge tone="info">{t("versions.newest")}</Badge> : null}
          {proof === "made" || proof === "failed" ? (
            <Badge tone={proof === "made" ? "ok" : "bad"}>{t(`versions.proof.${proof}`)}</Badge>
          ) : null}
          {imageAvailable === false ? <Badge tone="bad">{t("versions.imageGone")}</Badge> : null}
        </h3>
        <p className="text-sm text-text-2">
          {builtAt ? <Time at={builtAt} /> : t("common.unknown")}
          {" · "}
          <Origin version={version} />
        </p>
        <Facts version={version} />
      </div>
      <div className="flex flex-wrap content-start items-start gap-2">
        {isCurrent && isLatest ? null : (
          <Button size="sm" icon={<History aria-hidden="true" />} disabledReason={refusal} onClick={onRollBack}>
            {t("versions.rollBack", { number: String(number) })}
          </Button>
        )}
        {rights.write ? (
          <LinkButton size="sm" href={paths.clone(name, number)} icon={<Copy aria-hidden="true" />}>
            {t("versions.deployCopy")}
          </LinkButton>
        ) : (
          <Button size="sm" icon={<Copy aria-hidden="true" />} disabledReason={t("services.actions.needsRight")}>
            {t("versions.deployCopy")}
          </Button>
        )}
      </div>
    </li>
  );
}

function Thumbnail({ thumbnail, number }: { thumbnail: VersionView["thumbnail"]; number: number }) {
  const t = useT();
  if (!thumbnail)
    return (
      <div
        aria-hidden="true"
        className="hidden size-18 items-center justify-center rounded-md bg-hover text-text-3 tabular-nums sm:flex"
      >
        {number}
      </div>
    );
  return (
    // biome-ignore lint/performance/noImgElement: the address is signed for the browser; a proxy would fetch it for nothing
    <img
      src={thumbnail.url}
      alt={thumbnail.prompt ? t("versions.picture", { prompt: thumbnail.prompt }) : t("versions.pictureOf")}
      loading="lazy"
      className="size-18 rounded-md object-cover"
    />
  );
}

/** Who made it and how, as far as it was made here. */
function Origin({ version: { author, deed, rolledBackTo } }: { version: VersionView }) {
  const t = useT();
  if (!author || !deed) return t("versions.elsewhere");
  if (deed === "roll_back" && rolledBackTo !== undefined)
    return t("versions.by.rollBack", { name: author, number: String(rolledBackTo) });
  return t(deed === "create" ? "versions.by.create" : "versions.by.update", { name: author });
}

function Facts({ version: { image, command, instanceType, message } }: { version: VersionView }) {
  const facts = [instanceType, image?.split("/").at(-1)].filter(Boolean).join(" · ");
  return (
    <>
      {facts ? <p className="wrap-anywhere font-mono text-sm text-text-2">{facts}</p> : null}
      {command ? <p className="wrap-anywhere line-clamp-2 font-mono text-text-3 text-xs">{command}</p> : null}
      {message ? <p className="text-sm text-text-3">{message}</p> : null}
    </>
  );
}
