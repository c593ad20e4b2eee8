"use client";

import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { toView } from "@/components/ui/error-notice";
import { createDraft, deleteDraft } from "@/lib/drafts/actions";
import { useT } from "@/lib/i18n/react";
import { paths } from "@/lib/paths";
import { unwrap } from "@/lib/result";

/** Throws the draft away and begins a new one. What was uploaded stays in the bucket. */
export function StartOver({ id, onStartOver }: { id: string; onStartOver: () => void }) {
  const t = useT();
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const startOver = useMutation({
    mutationFn: async () => {
      const fresh = unwrap(await createDraft({}));
      unwrap(await deleteDraft({ id }));
      return fresh;
    },
    onSuccess: (fresh) => {
      onStartOver();
      router.push(paths.deploy("check", fresh.id));
    },
  });
  return (
    <>
      <Button variant="ghost" size="sm" onClick={() => setOpen(true)}>
        {t("deploy.startOver.button")}
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title={t("deploy.startOver.title")}
        description={t("deploy.startOver.description")}
        confirmLabel={t("deploy.startOver.confirm")}
        pending={startOver.isPending}
        error={startOver.error ? toView(startOver.error) : null}
        onConfirm={() => startOver.mutate()}
      />
    </>
  );
}
