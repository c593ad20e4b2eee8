"use client";

import dynamic from "next/dynamic";
import { PageLoading } from "@/components/ui/page-loading";

/** The snippets are made from the playground's rules, which the other pages do without. */
export const LiveCall = dynamic(() => import("@/components/services/call-page").then((module) => module.CallPage), {
  ssr: false,
  loading: PageLoading,
});
