"use client";

import { CopyButton } from "@/components/ui/copy-button";
import { KeyValueList } from "@/components/ui/key-value-list";
import { TextLink } from "@/components/ui/text-link";
import { Time } from "@/components/ui/time";
import { formatBytes, formatNumber } from "@/lib/format";
import type { Picture } from "@/lib/gallery/view";
import type { Fingerprint } from "@/lib/generations/side-car";
import type { Generation } from "@/lib/generations/view";
import { useLocale, useT } from "@/lib/i18n/react";
import { paths } from "@/lib/paths";
import { inputImages, resultSize } from "@/lib/playground/limits";

type Fact = { label: string; value: React.ReactNode; mono?: boolean } | undefined | "" | false;

/** Everything that is known of how a picture was made. */
export function Facts({ picture }: { picture: Picture }) {
  const t = useT();
  const { generation } = picture;
  return (
    <div className="grid gap-5">
      {generation ? <Asked generation={generation} /> : <p className="text-text-2">{t("gallery.foreign")}</p>}
      <Made picture={picture} />
    </div>
  );
}

const shown = (facts: Fact[]) => facts.filter((fact) => typeof fact === "object");

function Asked({ generation }: { generation: Generation }) {
  const t = useT();
  const locale = useLocale();
  const { input, seed, promptDrawn } = generation;
  const { width, height } = resultSize(input);
  const translated = promptDrawn && promptDrawn !== input.prompt ? promptDrawn : undefined;
  const size = (picture: { width: number; height: number }) => `${picture.width} × ${picture.height}`;
  return (
    <section aria-label={t("gallery.facts.asked")}>
      <KeyValueList
        stacked
        items={shown([
          { label: t("playground.prompt"), value: input.prompt },
          translated && { label: t("playground.sentAs"), value: translated },
          input.negativePrompt && { label: t("playground.negativePrompt"), value: input.negativePrompt },
          seed !== undefined && {
            label: t("playground.seed"),
            value: (
              <span className="inline-flex items-center gap-1">
                <span className="break-all font-mono">{seed}</span>
                <CopyButton text={seed} label={t("playground.copySeed")} iconOnly />
              </span>
            ),
          },
          { label: t("playground.func"), value: t(`playground.funcs.${input.func}`) },
          {
            label: t("playground.settings"),
            value: t("playground.settingsText", {
              size: `${width} × ${height}`,
              steps: input.steps,
              cfg: formatNumber(input.cfgScale, locale, 1),
            }),
          },
          "denoisingStrength" in input && {
            label: t("playground.strength"),
            value: formatNumber(input.denoisingStrength, locale, 2),
          },
          "resizeMode" in input && {
            label: t("playground.resize.title"),
            value: t(`playground.resize.${input.resizeMode}`),
          },
          input.func === "outpaint" && {
            label: t("gallery.facts.expand"),
            value: [input.expand.left, input.expand.right, input.expand.up, input.expand.down].join(" · "),
          },
          input.func === "controlnet" && {
            label: "ControlNet",
            value: [input.processFunc, input.controlnetPath, formatNumber(input.controlScale, locale, 2)]
              .filter(Boolean)
              .join(" · "),
          },
          input.loras.length > 0 && {
            label: "LoRA",
            value: input.loras.map(({ path, weight }) => `${path} (${formatNumber(weight, locale, 2)})`).join(", "),
          },
          inputImages(input).length > 0 && {
            label: t("gallery.facts.inputs"),
            value: inputImages(input)
              .map((one) => `${one.key.split("/").at(-1)} (${size(one)})`)
              .join(", "),
            mono: true,
          },
        ])}
      />
    </section>
  );
}

function Made({ picture }: { picture: Picture }) {
  const t = useT();
  const locale = useLocale();
  const { tile, generation, version, image, model, bucket, key, prints, settledAt } = picture;
  const elapsedMs = generation?.elapsedMs;
  return (
    <section aria-label={t("gallery.facts.made")}>
      <KeyValueList
        stacked
        items={shown([
          tile.service !== "" && {
            label: t("gallery.facts.service"),
            value: (
              <>
                <TextLink href={paths.service(tile.service)}>{tile.service}</TextLink>
                {version === undefined ? null : ` · ${t("gallery.facts.version", { version })}`}
              </>
            ),
          },
          image && { label: t("gallery.facts.image"), value: image, mono: true },
          model && { label: t("gallery.facts.model"), value: model, mono: true },
          prints.model.length > 0 && {
            label: t("gallery.facts.weights"),
            value: <Prints prints={prints.model} />,
          },
          prints.loras.length > 0 && {
            label: t("gallery.facts.loraWeights"),
            value: <Prints prints={prints.loras} />,
          },
          generation && {
            label: "Blade",
            value: t(generation.useBlade ? "playground.bladeOn" : "playground.bladeOff"),
          },
          generation?.inAnswerBytes !== undefined && {
            label: t("gallery.facts.inAnswer"),
            value: formatBytes(generation.inAnswerBytes, locale),
          },
          generation?.by && { label: t("gallery.facts.by"), value: generation.by },
          {
            label: t(generation ? "gallery.facts.asked" : "gallery.facts.found"),
            value: <Time at={tile.createdAt} exact />,
          },
          settledAt && generation && { label: t("playground.made"), value: <Time at={settledAt} exact /> },
          elapsedMs !== undefined && {
            label: t("gallery.facts.took"),
            value: t("playground.seconds", { seconds: formatNumber(elapsedMs / 1000, locale, 1) }),
          },
          { label: t("gallery.facts.taskId"), value: tile.taskId, mono: true },
          key && { label: t("gallery.facts.place"), value: `oss://${bucket}/${key}`, mono: true },
        ])}
      />
    </section>
  );
}

function Prints({ prints }: { prints: readonly (Fingerprint & { weight?: number })[] }) {
  const locale = useLocale();
  return (
    <ul className="grid gap-1 font-mono text-sm">
      {prints.map(({ path, sizeBytes, crc64, etag, weight }) => (
        <li key={path}>
          {path}
          <span className="block text-text-3">
            {[
              formatBytes(sizeBytes, locale),
              crc64 ? `CRC-64 ${crc64}` : `ETag ${etag}`,
              weight !== undefined && formatNumber(weight, locale, 2),
            ]
              .filter(Boolean)
              .join(" · ")}
          </span>
        </li>
      ))}
    </ul>
  );
}
