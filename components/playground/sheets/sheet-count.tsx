"use client";

import { workOf } from "@/lib/generations/expected";
import { useT } from "@/lib/i18n/react";
import type { GenerateInput } from "@/lib/playground/input";
import type { useExpectation } from "../use-expectation";

interface SheetCountProps {
  inputs: readonly GenerateInput[];
  expect: ReturnType<typeof useExpectation>;
}

/** How many pictures, how long and for how much: before anything is sent. */
export function SheetCount({ inputs, expect }: SheetCountProps) {
  const t = useT();
  const { time, price } = expect(inputs.map(workOf));
  const count = t("playground.sheet.count", { count: inputs.length });
  return (
    <p role="status" className="text-text-2">
      {time === undefined
        ? count
        : price === undefined
          ? t("playground.sheet.countTime", { count, time })
          : t("playground.sheet.countTimePrice", { count, time, price })}
    </p>
  );
}
