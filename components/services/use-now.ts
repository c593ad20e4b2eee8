"use client";

import { useEffect, useState } from "react";
import { useRenderedAt } from "@/lib/i18n/react";

/** Seconds that pass while something is under way. */
export function useNow(ticking: boolean): number {
  const renderedAt = useRenderedAt();
  const [now, setNow] = useState(renderedAt);
  useEffect(() => {
    if (!ticking) return;
    const tick = () => setNow(Date.now());
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [ticking]);
  return now;
}
