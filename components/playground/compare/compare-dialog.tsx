"use client";

import { ArrowLeftRight } from "lucide-react";
import { useEffect, useId, useState } from "react";
import { Button } from "@/components/ui/button";
import { Modal } from "@/components/ui/modal";
import { Segmented } from "@/components/ui/segmented";
import { Select } from "@/components/ui/select";
import type { Generation } from "@/lib/generations/view";
import { useT } from "@/lib/i18n/react";
import { BlinkView, SideBySide, SliderView } from "./compare-views";
import { Differences } from "./differences";

const MODES = ["slider", "side", "blink"] as const;
type Mode = (typeof MODES)[number];

interface CompareDialogProps {
  left: Generation;
  right: Generation;
  /** What either side may become. */
  choices: readonly Generation[];
  onClose: () => void;
}

/** Two pictures over or beside one another, and what they were made with. */
export function CompareDialog({ choices, onClose, ...first }: CompareDialogProps) {
  const t = useT();
  const [mode, setMode] = useState<Mode>("slider");
  const [pair, setPair] = useState<readonly [Generation, Generation]>([first.left, first.right]);
  const [left, right] = pair;
  const all = [...new Map([...choices, left, right].map((item) => [item.taskId, item])).values()].filter(
    ({ pictures }) => pictures.length > 0,
  );

  // On the document: what had the focus may have gone with its view.
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLSelectElement) return;
      const chosen = MODES[Number(event.key) - 1];
      if (chosen) setMode(chosen);
      else if (event.key.toLowerCase() === "x") setPair(([one, other]) => [other, one]);
      else return;
      event.preventDefault();
    }
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);

  const View = { slider: SliderView, side: SideBySide, blink: BlinkView }[mode];
  return (
    <Modal
      open
      onOpenChange={onClose}
      title={t("playground.compare.title")}
      description={<span className="max-sm:hidden">{t("playground.compare.keys")}</span>}
      className="m-auto max-h-[calc(100dvh-1rem)] w-[calc(100vw-1rem)] max-w-6xl overflow-y-auto overscroll-contain rounded-lg bg-raised text-text shadow-float backdrop:bg-scrim"
    >
      <div className="grid gap-4 px-5 pb-5">
        <div className="flex flex-wrap items-center gap-3">
          <Segmented
            label={t("playground.compare.mode")}
            value={mode}
            onChange={setMode}
            options={MODES.map((value) => ({ value, label: t(`playground.compare.modes.${value}`) }))}
          />
          <Button size="sm" icon={<ArrowLeftRight aria-hidden="true" />} onClick={() => setPair([right, left])}>
            {t("playground.compare.swap")}
          </Button>
        </div>
        <div className="grid gap-3 sm:grid-cols-2">
          <Choice
            label={t("playground.compare.chooseLeft")}
            value={left}
            choices={all}
            onChange={(chosen) => setPair([chosen, right])}
          />
          <Choice
            label={t("playground.compare.chooseRight")}
            value={right}
            choices={all}
            onChange={(chosen) => setPair([left, chosen])}
          />
        </div>
        <View left={left} right={right} />
        <Differences left={left} right={right} />
      </div>
    </Modal>
  );
}

interface ChoiceProps {
  label: string;
  value: Generation;
  choices: readonly Generation[];
  onChange: (chosen: Generation) => void;
}

function Choice({ label, value, choices, onChange }: ChoiceProps) {
  const id = useId();
  return (
    <div className="grid min-w-0 gap-1">
      <label htmlFor={id} className="text-sm text-text-2">
        {label}
      </label>
      <Select
        id={id}
        value={value.taskId}
        onChange={(event) => {
          const chosen = choices.find(({ taskId }) => taskId === event.target.value);
          if (chosen) onChange(chosen);
        }}
      >
        {choices.map((item, at) => (
          <option key={item.taskId} value={item.taskId}>
            {`${at + 1}. ${item.input.prompt.slice(0, 60)} · ${item.input.steps} · ${item.seed ?? ""}`}
          </option>
        ))}
      </Select>
    </div>
  );
}
