"use client";

import dynamic from "next/dynamic";
import { PageLoading } from "@/components/ui/page-loading";

/** Schedules come with their parser and their words, which the other pages do without. */
export const LiveScaling = dynamic(
  () => import("@/components/services/scaling/scaling-page").then((module) => module.ScalingPage),
  { ssr: false, loading: PageLoading },
);
