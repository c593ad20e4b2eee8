"use client";

import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { toView } from "@/components/ui/error-notice";
import { toast } from "@/components/ui/toast";
import { createDraft, saveDraft } from "@/lib/drafts/actions";
import { errorTexts, useT } from "@/lib/i18n/react";
import { checkRoot } from "@/lib/library/actions";
import type { RootReport } from "@/lib/library/schemas";
import { paths } from "@/lib/paths";
import { unwrap } from "@/lib/result";
import { toDraftReport } from "./draft-report";

interface Root {
  connectionId: string;
  region: string;
  bucket: string;
  prefix: string;
}

/**
 * A new draft that knows its model already. Where the model does not load, the wizard opens at it and says why; `report` is
 * what a look of just now found.
 */
export function useNewDeployment({ connectionId, region, bucket, prefix }: Root) {
  const t = useT();
  const router = useRouter();
  return useMutation({
    mutationFn: async (seen?: RootReport) => {
      const report = seen ?? unwrap(await checkRoot({ connectionId, bucket, prefix }));
      const files = report.files.map(({ path }) => path);
      const known = report.verdict.ok ? { report: toDraftReport(report, files, true) } : {};
      const model = { source: "bucket" as const, bucket, root: prefix, ...known };
      const { id } = unwrap(await createDraft({}));
      unwrap(await saveDraft({ id, patch: { check: { bucket, region }, model } }));
      return { id, step: report.verdict.ok ? ("service" as const) : ("model" as const) };
    },
    onSuccess: ({ id, step }) => router.push(paths.deploy(step, id)),
    onError: (error) => toast.error(errorTexts(t, toView(error)).title),
  });
}
