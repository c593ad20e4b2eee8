"use client";

import { Skeleton } from "@/components/ui/skeleton";
import { useT } from "@/lib/i18n/react";

/** In the shape of what comes: the form, the picture, what was made before. */
export function PlaygroundLoading() {
  const t = useT();
  return (
    <div
      role="status"
      aria-label={t("common.loading")}
      className="grid items-start gap-6 lg:grid-cols-[21.5rem_minmax(0,1fr)] xl:grid-cols-[21.5rem_minmax(0,1fr)_8.5rem]"
    >
      <div className="grid gap-5">
        <Skeleton className="h-8" />
        <Skeleton className="h-24" />
        <Skeleton className="h-8 w-4/5" />
        <Skeleton className="h-9" />
        <Skeleton className="h-11" />
      </div>
      <Skeleton className="h-96 rounded-lg" />
      <div className="hidden gap-2 xl:grid">
        <Skeleton className="h-32" />
        <Skeleton className="h-32" />
      </div>
    </div>
  );
}
