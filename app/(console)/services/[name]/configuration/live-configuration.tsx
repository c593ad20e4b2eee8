"use client";

import dynamic from "next/dynamic";
import { PageLoading } from "@/components/ui/page-loading";

/** Fields, rules and exports of the whole configuration: for this page only, and of no use before the page lives. */
export const LiveConfiguration = dynamic(
  () => import("@/components/services/configuration-page").then((module) => module.ConfigurationPage),
  { ssr: false, loading: PageLoading },
);
