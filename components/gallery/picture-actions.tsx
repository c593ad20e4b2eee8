"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ChevronDown, Download, RotateCcw, Star, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { Button } from "@/components/ui/button";
import { buttonClass } from "@/components/ui/button-styles";
import { cn } from "@/components/ui/cn";
import { CopyButton } from "@/components/ui/copy-button";
import { Menu, MenuItem, MenuLabel, MenuSeparator } from "@/components/ui/dropdown-menu";
import { madeCall } from "@/lib/gallery/made-call";
import type { Picture } from "@/lib/gallery/view";
import { useT } from "@/lib/i18n/react";
import { paths } from "@/lib/paths";
import { toParametersText } from "@/lib/playground/parameters-text";
import { inputRecalls, type Recall } from "@/lib/playground/recall";
import { serviceQueries } from "@/lib/services/queries";
import type { GalleryRights } from "./gallery";
import { useStar } from "./use-star";

interface PictureActionsProps {
  connectionId: string;
  picture: Picture;
  rights: GalleryRights;
  onDelete: () => void;
}

export function PictureActions({ connectionId, picture, rights, onDelete }: PictureActionsProps) {
  const t = useT();
  const star = useStar(connectionId);
  const { tile, downloadUrl, generation } = picture;
  const mayMark = rights.generate ? undefined : t("gallery.needsRight");
  return (
    <div className="flex flex-wrap gap-2">
      <RecallMenu connectionId={connectionId} picture={picture} mayGenerate={rights.generate} />
      <Button
        size="sm"
        icon={<Star aria-hidden="true" className={cn(tile.starred && "fill-current text-accent-text")} />}
        aria-pressed={tile.starred}
        disabledReason={mayMark}
        onClick={() => star.mutate(tile)}
      >
        {t("gallery.star")}
      </Button>
      {downloadUrl ? (
        <a href={downloadUrl} className={buttonClass({ size: "sm" })}>
          <Download aria-hidden="true" />
          {t("gallery.download")}
        </a>
      ) : null}
      {generation ? (
        <span>
          <CopyButton
            size="sm"
            text={toParametersText({ input: generation.input, seed: generation.seed ?? "", model: picture.model })}
            label={t("gallery.copySettings")}
          />
        </span>
      ) : null}
      {generation ? <CopyCall connectionId={connectionId} picture={picture} /> : null}
      <span>
        <CopyButton
          size="sm"
          text={() => Promise.resolve(`${window.location.origin}${paths.gallery(tile.taskId)}`)}
          label={t("gallery.copyLink")}
        />
      </span>
      <Button
        size="sm"
        variant="danger"
        icon={<Trash2 aria-hidden="true" />}
        disabledReason={rights.delete ? undefined : t("gallery.delete.needsRight")}
        onClick={onDelete}
      >
        {t("common.delete")}
      </Button>
    </div>
  );
}

/** The very call, as the service's call page writes it, with a placeholder for the token. */
function CopyCall({
  connectionId,
  picture: { tile, generation, request },
}: Pick<PictureActionsProps, "connectionId" | "picture">) {
  const t = useT();
  const client = useQueryClient();
  const { data: services } = useQuery(serviceQueries.list(connectionId));
  const isGone = services !== undefined && !services.items.some(({ name }) => name === tile.service);
  if (!generation || !request || isGone) return null;
  const { func } = generation.input;
  const call = () => madeCall(client, connectionId, { service: tile.service, func, request });
  return (
    <span>
      <CopyButton size="sm" text={call} label={t("gallery.copyCall")} />
    </span>
  );
}

interface RecallMenuProps {
  connectionId: string;
  picture: Picture;
  mayGenerate: boolean;
}

/** What of the picture the playground of its service begins with. */
function RecallMenu({ connectionId, picture: { tile, generation }, mayGenerate }: RecallMenuProps) {
  const t = useT();
  const router = useRouter();
  const { taskId } = tile;
  const { data: services } = useQuery(serviceQueries.list(connectionId));
  const names = services?.items.map(({ name }) => name) ?? [tile.service];
  const isGone = !names.includes(tile.service);
  // Settings outlive the service that they were made for; any other takes them.
  const service = isGone ? names[0] : tile.service;
  const noService = service === undefined ? t("gallery.drop.noService") : undefined;
  const noSettings = noService ?? (generation ? undefined : t("gallery.recall.noSettings"));
  const noPicture = !mayGenerate
    ? t("playground.needsRight")
    : isGone
      ? t("gallery.recall.gone")
      : tile.isNsfw || tile.status !== "succeeded"
        ? t("gallery.recall.noPicture")
        : undefined;
  const item = (what: Recall, refusal: string | undefined) => (
    <MenuItem
      key={what}
      disabledReason={refusal}
      onSelect={() => service !== undefined && router.push(paths.playground(service, { picture: taskId, what }))}
    >
      {t(`gallery.recall.${what}`)}
    </MenuItem>
  );
  return (
    <Menu
      align="start"
      trigger={
        <button type="button" className={buttonClass({ variant: "primary", size: "sm" })}>
          <RotateCcw aria-hidden="true" />
          {t("gallery.recall.title")}
          <ChevronDown aria-hidden="true" />
        </button>
      }
    >
      {isGone && service !== undefined ? <MenuLabel>{t("gallery.recall.elsewhere", { service })}</MenuLabel> : null}
      {(["all", "prompt", "seed", "remix"] as const).map((what) => item(what, noSettings))}
      <MenuSeparator />
      <MenuLabel>{t("gallery.recall.asInput")}</MenuLabel>
      {inputRecalls(generation?.input.func).map((what) => item(what, noPicture))}
    </Menu>
  );
}
