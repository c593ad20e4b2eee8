"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { toView } from "@/components/ui/error-notice";
import { toast } from "@/components/ui/toast";
import { useT } from "@/lib/i18n/react";
import { deleteObjects } from "@/lib/library/actions";
import { libraryQueries } from "@/lib/library/queries";
import { ossQueries } from "@/lib/oss/queries";
import { unwrap } from "@/lib/result";

interface DeleteDialogProps {
  connectionId: string;
  bucket: string;
  /** The key of an object, or a prefix that ends in `/`; null = closed. */
  target: string | null;
  onClose: () => void;
}

/** A folder must be named before it goes; nothing brings it back. */
export function DeleteDialog({ connectionId, bucket, target, onClose }: DeleteDialogProps) {
  const t = useT();
  const client = useQueryClient();
  const run = useMutation({
    mutationFn: async (key: string) => unwrap(await deleteObjects({ connectionId, bucket, key })),
    onSuccess: async ({ objects, more }) => {
      onClose();
      toast.success(t(more ? "models.delete.partly" : "models.delete.done", { count: objects }));
      await Promise.all([
        client.invalidateQueries({ queryKey: ossQueries.all(connectionId) }),
        client.invalidateQueries({ queryKey: libraryQueries.all(connectionId) }),
      ]);
    },
  });
  // The words stay while the dialog closes.
  const key = target ?? run.variables ?? "";
  const isFolder = key.endsWith("/");
  const name = key.replace(/\/$/, "").split("/").at(-1) ?? key;
  return (
    <ConfirmDialog
      open={target !== null}
      onOpenChange={(open) => {
        if (open) return;
        run.reset();
        onClose();
      }}
      title={t(isFolder ? "models.delete.folderTitle" : "models.delete.fileTitle", { name })}
      description={t(isFolder ? "models.delete.folderText" : "models.delete.fileText", { key, bucket })}
      confirmLabel={t(isFolder ? "models.delete.folder" : "models.delete.file")}
      danger
      typeToConfirm={isFolder ? name : undefined}
      pending={run.isPending}
      error={run.error ? toView(run.error) : null}
      onConfirm={() => target !== null && run.mutate(target)}
    />
  );
}
