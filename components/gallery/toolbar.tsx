"use client";

import { useQuery } from "@tanstack/react-query";
import { OctagonAlert, Search, SlidersHorizontal, Star } from "lucide-react";
import { useId, useState } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import type { GalleryChoice } from "@/lib/gallery/filters";
import { UNKNOWN } from "@/lib/gallery/filters";
import { galleryQueries } from "@/lib/gallery/queries";
import { useT } from "@/lib/i18n/react";
import { FUNCS } from "@/lib/playground/limits";

interface ToolbarProps {
  connectionId: string;
  choice: GalleryChoice;
  onChange: (change: Partial<GalleryChoice>) => void;
}

export function Toolbar({ connectionId, choice, onChange }: ToolbarProps) {
  const t = useT();
  /** On a narrow screen the pictures come first. */
  const [isUnfolded, setUnfolded] = useState(false);
  const { data: facets } = useQuery(galleryQueries.facets(connectionId));
  const funcs = [
    ...FUNCS.map((value) => ({ value, label: t(`playground.funcs.${value}`) })),
    { value: UNKNOWN, label: t("gallery.filter.unknownFunc") },
  ];
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_auto] gap-2 md:flex md:flex-wrap">
      <div className="relative md:w-72">
        <Search aria-hidden="true" className="pointer-events-none absolute top-2.5 left-3 size-4 text-text-3" />
        <Input
          type="search"
          aria-label={t("gallery.filter.search")}
          placeholder={t("gallery.filter.search")}
          maxLength={200}
          value={choice.text}
          onChange={(event) => onChange({ text: event.target.value })}
          className="pl-9"
        />
      </div>
      <Button
        className="md:hidden"
        icon={<SlidersHorizontal aria-hidden="true" />}
        aria-expanded={isUnfolded}
        onClick={() => setUnfolded(!isUnfolded)}
      >
        {t("gallery.filter.title")}
      </Button>
      <div className={cn("col-span-2 grid-cols-2 gap-2 md:contents", isUnfolded ? "grid" : "hidden")}>
        <Facet
          label={t("gallery.filter.anyService")}
          value={choice.service}
          values={facets?.services}
          onChange={(service) => onChange({ service })}
        />
        <Facet
          label={t("gallery.filter.anyFunc")}
          value={choice.func}
          options={funcs}
          onChange={(func) => onChange({ func })}
        />
        <Facet
          label={t("gallery.filter.anyone")}
          value={choice.by}
          values={facets?.people}
          onChange={(by) => onChange({ by })}
        />
        <Facet
          label={t("gallery.filter.anyModel")}
          value={choice.model}
          values={facets?.models}
          onChange={(model) => onChange({ model })}
        />
        <Facet
          label={t("gallery.filter.anyTag")}
          value={choice.tag}
          values={facets?.tags}
          onChange={(tag) => onChange({ tag })}
        />
        <div className="col-span-2 flex gap-2">
          <Day
            label={t("gallery.filter.from")}
            value={choice.from}
            max={choice.to}
            onChange={(from) => onChange({ from })}
          />
          <Day label={t("gallery.filter.to")} value={choice.to} min={choice.from} onChange={(to) => onChange({ to })} />
        </div>
        <Toggle pressed={choice.starred} onChange={(starred) => onChange({ starred })}>
          <Star aria-hidden="true" className={cn(choice.starred && "fill-current")} />
          {t("gallery.filter.starred")}
        </Toggle>
        <Toggle pressed={choice.failed} onChange={(failed) => onChange({ failed })}>
          <OctagonAlert aria-hidden="true" />
          {t("gallery.filter.failed")}
        </Toggle>
      </div>
    </div>
  );
}

interface FacetProps {
  /** Names the filter; also what stands there while it filters nothing. */
  label: string;
  value: string;
  values?: readonly string[];
  options?: readonly { value: string; label: string }[];
  onChange: (value: string) => void;
}

function Facet({ label, value, values = [], options, onChange }: FacetProps) {
  const all = options ?? values.map((one) => ({ value: one, label: one }));
  // A linked value that no picture has any more can be seen and undone.
  const isKnown = value === "" || all.some((option) => option.value === value);
  return (
    <Select
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className="min-w-0 md:w-36"
    >
      <option value="">{label}</option>
      {isKnown ? null : <option value={value}>{value}</option>}
      {all.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </Select>
  );
}

interface DayProps {
  label: string;
  value: string;
  min?: string;
  max?: string;
  onChange: (value: string) => void;
}

function Day({ label, value, min, max, onChange }: DayProps) {
  const id = useId();
  return (
    <div className="flex min-w-0 items-center gap-2 text-sm text-text-2">
      <label htmlFor={id} className="shrink-0">
        {label}
      </label>
      <Input
        id={id}
        type="date"
        value={value}
        min={min || undefined}
        max={max || undefined}
        onChange={(event) => onChange(event.target.value)}
        className="min-w-0 px-2 md:w-36"
      />
    </div>
  );
}

interface ToggleProps {
  pressed: boolean;
  onChange: (pressed: boolean) => void;
  children: React.ReactNode;
}

function Toggle({ pressed, onChange, children }: ToggleProps) {
  return (
    <Button
      aria-pressed={pressed}
      onClick={() => onChange(!pressed)}
      className={cn(pressed && "border-accent! bg-accent-soft! text-accent-text!")}
    >
      {children}
    </Button>
  );
}
