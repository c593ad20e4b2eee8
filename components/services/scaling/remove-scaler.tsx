"use client";

import { useMutation } from "@tanstack/react-query";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { toView } from "@/components/ui/error-notice";
import { type Result, unwrap } from "@/lib/result";

interface RemoveScalerProps {
  open: boolean;
  title: string;
  description: string;
  confirmLabel: string;
  remove: () => Promise<Result<void>>;
  onRemoved: () => Promise<void>;
  onClose: () => void;
}

export function RemoveScaler({ open, remove, onRemoved, onClose, ...words }: RemoveScalerProps) {
  const run = useMutation({
    mutationFn: async () => unwrap(await remove()),
    onSuccess: async () => {
      await onRemoved();
      onClose();
    },
  });
  return (
    <ConfirmDialog
      {...words}
      open={open}
      onOpenChange={(next) => {
        if (next) return;
        run.reset();
        onClose();
      }}
      pending={run.isPending}
      error={run.error ? toView(run.error) : null}
      onConfirm={() => run.mutate()}
    />
  );
}
