"use client";

import { useT } from "@/lib/i18n/react";
import { SkeletonRows } from "./skeleton";

/** Stands where the code of a page's part is still on its way. */
export function PageLoading() {
  const t = useT();
  return <SkeletonRows rows={5} label={t("common.loading")} />;
}
