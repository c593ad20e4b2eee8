"use client";

import {
  Award,
  Columns2,
  Copy,
  Ellipsis,
  ExternalLink,
  ImageDown,
  ImageOff,
  Images,
  Languages,
  RefreshCw,
  RotateCcw,
  Server,
} from "lucide-react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { CopyButton } from "@/components/ui/copy-button";
import { Menu, MenuItem, MenuLink } from "@/components/ui/dropdown-menu";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorNotice } from "@/components/ui/error-notice";
import { IconButton } from "@/components/ui/icon-button";
import { KeyValueList } from "@/components/ui/key-value-list";
import { Spinner } from "@/components/ui/spinner";
import { Time } from "@/components/ui/time";
import { useRenewal } from "@/components/ui/use-renewal";
import { formatNumber } from "@/lib/format";
import { isOpen } from "@/lib/generations/states";
import type { Generation } from "@/lib/generations/view";
import { useLocale, useT } from "@/lib/i18n/react";
import { paths } from "@/lib/paths";
import { resultSize } from "@/lib/playground/limits";
import { serviceErrorKey } from "@/lib/playground/service-error";
import { Thumbnail } from "./thumbnail";
import { Working } from "./working";

interface ResultProps {
  /** One, or all of those that were asked for together. */
  shown: readonly Generation[];
  known: readonly Generation[];
  /** Everything that this service still works on. */
  open: readonly Generation[];
  mayGenerate: boolean;
  /** Why nothing can be asked for now. */
  retryRefusal: string | undefined;
  onSelect: (taskId: string) => void;
  onRecall: (generation: Generation) => void;
  /** The picture as what the next one begins with. */
  onReuse: (generation: Generation) => void;
  /** A translation that is to be the prompt, as it is or changed. */
  onPrompt: (text: string) => void;
  onCompare: (generation: Generation) => void;
  /** Remembered with the service, to be drawn again after an update. */
  onKeep: (generation: Generation) => void;
  /** The same for another service. */
  onElsewhere: (generation: Generation) => void;
  /** Into the clipboard. */
  onCopy: (generation: Generation, what: "settings" | "call") => void;
  onCancel: (generation: Generation) => void;
  onRetry: (generation: Generation) => void;
  /** The same with another seed. */
  onNewSeed: (generation: Generation) => void;
  /** A link is no longer good; resolves once there is another one. */
  onExpired: () => Promise<unknown>;
}

export function Result(props: ResultProps) {
  const { shown, known, open, onSelect } = props;
  const t = useT();
  const [first] = shown;
  const working = shown.filter(({ status }) => isOpen(status)).length;
  return (
    <section aria-label={t("playground.result")} className="grid min-w-0 gap-4">
      {!first ? (
        <div className="rounded-lg border border-line border-dashed">
          <EmptyState icon={<Images />} title={t("playground.empty.title")} description={t("playground.empty.text")} />
        </div>
      ) : shown.length > 1 ? (
        <ul className="grid grid-cols-2 gap-3">
          {shown.map((item) => (
            <li key={item.id}>
              <button
                type="button"
                onClick={() => onSelect(item.taskId)}
                className="block w-full overflow-hidden rounded-lg border border-line bg-hover hover:border-control"
              >
                <Thumbnail item={item} known={known} />
              </button>
              {item.seed ? (
                <p className="truncate pt-1 text-text-2 text-xs">
                  {t("playground.seed")} <span className="font-mono">{item.seed}</span>
                </p>
              ) : null}
            </li>
          ))}
        </ul>
      ) : (
        <One key={first.id} generation={first} {...props} />
      )}
      {open.length > working ? (
        <p className="flex items-center gap-2 text-sm text-text-2">
          <Spinner /> {t("playground.alsoMaking", { count: open.length - working })}
        </p>
      ) : null}
      <p className="sr-only" role="status">
        {working > 0 ? t("playground.working", { count: working }) : first ? t("playground.ready") : ""}
      </p>
    </section>
  );
}

function One(props: OneProps) {
  const { generation, known, mayGenerate, retryRefusal, onRecall, onCancel, onRetry, onExpired } = props;
  const t = useT();
  const { serviceError, error, pictures, status } = generation;
  if (isOpen(status))
    return <Working generation={generation} known={known} mayGenerate={mayGenerate} onCancel={onCancel} />;
  const recall = (
    <Button size="sm" icon={<RotateCcw aria-hidden="true" />} onClick={() => onRecall(generation)}>
      {t("playground.recall")}
    </Button>
  );
  const again = (
    <>
      <Button
        size="sm"
        icon={<RefreshCw aria-hidden="true" />}
        disabledReason={retryRefusal}
        onClick={() => onRetry(generation)}
      >
        {t("common.retry")}
      </Button>
      {recall}
    </>
  );
  if (status === "cancelled") return <Callout title={t("playground.withdrawn")} actions={again} />;
  if (serviceError) {
    return (
      <Callout
        tone="bad"
        role="alert"
        title={t(serviceErrorKey(serviceError), { code: serviceError.code, message: serviceError.message })}
        actions={again}
      >
        <p className="wrap-anywhere font-mono text-sm">
          {t("playground.serviceSays", { code: `${serviceError.code}` })} {serviceError.message}
        </p>
      </Callout>
    );
  }
  if (error) return <ErrorNotice error={error} actions={again} />;
  if (pictures.length === 0) return <Callout tone="warn" title={t("playground.noPicture")} actions={again} />;
  return (
    <>
      {pictures.map((picture) => (
        <Picture key={picture.key} picture={picture} generation={generation} onExpired={onExpired} />
      ))}
      <Remarks generation={generation} />
      <Facts {...props} />
    </>
  );
}

interface OneProps extends Omit<ResultProps, "shown"> {
  generation: Generation;
}

/** What is not as it should be although the picture is there. */
function Remarks({ generation: { recovered, repeated, sideCarRefused } }: { generation: Generation }) {
  const t = useT();
  const remarks = [
    recovered && t("playground.recovered"),
    repeated && t("playground.repeated"),
    sideCarRefused && t("playground.sideCarRefused"),
  ].filter((remark) => typeof remark === "string");
  return remarks.map((remark) => <Callout key={remark} title={remark} />);
}

interface PictureProps {
  picture: Generation["pictures"][number];
  generation: Generation;
  onExpired: () => Promise<unknown>;
}

function Picture({ picture, generation, onExpired }: PictureProps) {
  const t = useT();
  const { isLost, attempt, onLoad, onError } = useRenewal(picture.url, onExpired);
  const { width, height } = resultSize(generation.input);
  const { prompt } = generation.input;
  if (isLost) {
    return (
      <Callout tone="warn" title={t("playground.unreadable")}>
        <code className="break-all">{`oss://${picture.bucket}/${picture.key}`}</code>
      </Callout>
    );
  }
  return (
    <figure className="grid gap-2">
      {picture.isNsfw ? (
        <figcaption className="flex items-center gap-2 text-warn">
          <ImageOff aria-hidden="true" className="size-4" />
          {t("playground.nsfw")}
        </figcaption>
      ) : null}
      {/* Signed for an hour and shown once: an optimiser on our server would only carry the bytes a second time. */}
      {/* biome-ignore lint/performance/noImgElement: see above */}
      <img
        key={attempt}
        src={picture.url}
        alt={prompt}
        width={width}
        height={height}
        onLoad={onLoad}
        onError={onError}
        className="h-auto max-h-[70dvh] w-auto max-w-full justify-self-center rounded-lg bg-hover"
      />
    </figure>
  );
}

function Facts(props: OneProps) {
  const t = useT();
  const locale = useLocale();
  const { generation, mayGenerate, retryRefusal, onRecall, onReuse, onPrompt, onCompare, onKeep, onElsewhere } = props;
  const { onCopy, onNewSeed } = props;
  const { input, seed, elapsedMs, useBlade, promptDrawn, createdAt, pictures } = generation;
  const size = resultSize(input);
  const translated = promptDrawn && promptDrawn !== input.prompt ? promptDrawn : undefined;
  const items = [
    { label: t("playground.prompt"), value: input.prompt },
    translated && {
      label: t("playground.sentAs"),
      value: (
        <span className="grid justify-items-start gap-1.5">
          {translated}
          <Button size="sm" icon={<Languages aria-hidden="true" />} onClick={() => onPrompt(translated)}>
            {t("playground.help.useTranslation")}
          </Button>
        </span>
      ),
    },
    input.negativePrompt && { label: t("playground.negativePrompt"), value: input.negativePrompt },
    {
      label: t("playground.seed"),
      value: (
        <span className="inline-flex items-center gap-1">
          <span className="break-all font-mono">{seed}</span>
          {seed ? <CopyButton text={seed} label={t("playground.copySeed")} iconOnly /> : null}
        </span>
      ),
    },
    {
      label: t("playground.settings"),
      value: t("playground.settingsText", {
        size: `${size.width} × ${size.height}`,
        steps: input.steps,
        cfg: formatNumber(input.cfgScale, locale, 1),
      }),
    },
    { label: t("playground.made"), value: <Time at={createdAt} /> },
  ].filter((item) => typeof item === "object");
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-center gap-2">
        {elapsedMs === undefined ? null : (
          <Badge>{t("playground.seconds", { seconds: formatNumber(elapsedMs / 1000, locale, 1) })}</Badge>
        )}
        <Badge tone={useBlade ? "ok" : "neutral"}>{t(useBlade ? "playground.bladeOn" : "playground.bladeOff")}</Badge>
        <span className="ml-auto flex flex-wrap gap-2">
          <Button size="sm" icon={<RotateCcw aria-hidden="true" />} onClick={() => onRecall(generation)}>
            {t("playground.recall")}
          </Button>
          {mayGenerate && pictures[0]?.isNsfw ? (
            <Button
              size="sm"
              icon={<RefreshCw aria-hidden="true" />}
              disabledReason={retryRefusal}
              onClick={() => onNewSeed(generation)}
            >
              {t("playground.newSeed")}
            </Button>
          ) : null}
          {mayGenerate && pictures[0] && !pictures[0].isNsfw ? (
            <Button size="sm" icon={<ImageDown aria-hidden="true" />} onClick={() => onReuse(generation)}>
              {t("playground.reuse")}
            </Button>
          ) : null}
          {pictures[0] ? (
            <a
              href={pictures[0].url}
              target="_blank"
              rel="noreferrer"
              className="inline-flex h-7 items-center gap-1.5 rounded-md border border-line-strong bg-surface px-2.5 text-sm hover:bg-hover"
            >
              <ExternalLink aria-hidden="true" className="size-4" />
              {t("playground.open")}
            </a>
          ) : null}
          {pictures[0] ? (
            <Menu
              trigger={
                <IconButton
                  variant="secondary"
                  size="sm"
                  label={t("playground.resultMore")}
                  icon={<Ellipsis aria-hidden="true" />}
                />
              }
            >
              <MenuItem icon={<Columns2 aria-hidden="true" />} onSelect={() => onCompare(generation)}>
                {t("playground.compare.open")}
              </MenuItem>
              <MenuLink icon={<Images aria-hidden="true" />} href={paths.gallery(generation.taskId)}>
                {t("playground.inGallery")}
              </MenuLink>
              <MenuItem icon={<Copy aria-hidden="true" />} onSelect={() => onCopy(generation, "settings")}>
                {t("gallery.copySettings")}
              </MenuItem>
              <MenuItem icon={<Copy aria-hidden="true" />} onSelect={() => onCopy(generation, "call")}>
                {t("gallery.copyCall")}
              </MenuItem>
              {mayGenerate ? (
                <>
                  <MenuItem icon={<Server aria-hidden="true" />} onSelect={() => onElsewhere(generation)}>
                    {t("playground.elsewhere.open")}
                  </MenuItem>
                  <MenuItem icon={<Award aria-hidden="true" />} onSelect={() => onKeep(generation)}>
                    {t("playground.golden.keep")}
                  </MenuItem>
                </>
              ) : null}
            </Menu>
          ) : null}
        </span>
      </div>
      <KeyValueList items={items} />
    </div>
  );
}
