"use client";

import dynamic from "next/dynamic";
import { Page } from "@/components/layout/page";
import { PageLoading } from "@/components/ui/page-loading";

/** Model check, configuration rules and uploader are the heaviest code of the console; nothing else waits for them. */
export const LiveWizard = dynamic(() => import("@/components/deploy/wizard").then((module) => module.Wizard), {
  ssr: false,
  loading: () => (
    <Page>
      <PageLoading />
    </Page>
  ),
});
