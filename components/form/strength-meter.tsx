"use client";

import { cn } from "@/components/ui/cn";
import { useT } from "@/lib/i18n/react";
import { passwordStrength } from "./password-strength";

const LOOK = {
  short: { bars: 1, colour: "bg-line-strong" },
  weak: { bars: 1, colour: "bg-bad-solid" },
  fair: { bars: 2, colour: "bg-warn-solid" },
  strong: { bars: 3, colour: "bg-ok-solid" },
} as const;

/** Three bars and a word below a new password. */
export function StrengthMeter({ password }: { password: string }) {
  const t = useT();
  const strength = passwordStrength(password);
  const { bars, colour } = LOOK[strength];
  return (
    <div className="flex h-5 items-center gap-3" aria-live="polite">
      <span aria-hidden="true" className="grid flex-1 grid-cols-3 gap-1">
        {[1, 2, 3].map((bar) => (
          <span
            key={bar}
            className={cn("h-1 rounded-full transition-colors", password && bar <= bars ? colour : "bg-line")}
          />
        ))}
      </span>
      <span className="min-w-16 text-right text-sm text-text-2">
        {password ? t(`auth.strength.${strength}`) : null}
      </span>
    </div>
  );
}
