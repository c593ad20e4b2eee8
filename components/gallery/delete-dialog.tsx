"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Dialog } from "@/components/ui/dialog";
import { toView } from "@/components/ui/error-notice";
import { Progress } from "@/components/ui/progress";
import { toast } from "@/components/ui/toast";
import { useT } from "@/lib/i18n/react";
import { type DeleteProgress, deleteAll } from "./marks";

/** From here on the number is typed: a slip of the hand must not cost a day's work. */
const MANY = 20;

interface DeleteDialogProps {
  connectionId: string;
  taskIds: readonly string[];
  onClose: () => void;
  /** Those that are gone. */
  onDeleted: (taskIds: readonly string[]) => void;
}

/** Asks, deletes, and names what could not be deleted. */
export function DeleteDialog({ connectionId, taskIds, onClose, onDeleted }: DeleteDialogProps) {
  const t = useT();
  const client = useQueryClient();
  const count = taskIds.length;
  const [progress, setProgress] = useState<DeleteProgress>();
  const stopping = useRef(new AbortController());
  const remove = useMutation({
    mutationFn: () => deleteAll(client, connectionId, taskIds, setProgress, stopping.current.signal),
    onSuccess({ done, failed }) {
      const left = new Set(failed.map(({ taskId }) => taskId));
      onDeleted(taskIds.slice(0, done).filter((taskId) => !left.has(taskId)));
      if (failed.length > 0) return;
      toast.success(t("gallery.delete.done", { count: done }));
      onClose();
    },
  });
  const failed = remove.data?.failed ?? [];
  if (failed.length > 0) {
    return (
      <Dialog
        open
        onOpenChange={onClose}
        title={t("gallery.delete.someFailed", { count: failed.length })}
        footer={<Button onClick={onClose}>{t("common.close")}</Button>}
      >
        <ul className="grid max-h-80 gap-1 overflow-y-auto text-sm">
          {failed.map(({ taskId, name, code, message }) => (
            <li key={taskId} className="wrap-anywhere">
              <span className="font-mono">{name}</span>{" "}
              <span className="text-text-3">{message ?? t.maybe(`errors.${code}.title`)}</span>
            </li>
          ))}
        </ul>
      </Dialog>
    );
  }
  return (
    <ConfirmDialog
      open
      onOpenChange={() => {
        stopping.current.abort();
        onClose();
      }}
      title={t("gallery.delete.title", { count })}
      description={t("gallery.delete.text")}
      confirmLabel={t("gallery.delete.confirm", { count })}
      danger
      typeToConfirm={count > MANY ? String(count) : undefined}
      pending={remove.isPending}
      error={remove.error ? toView(remove.error) : undefined}
      onConfirm={() => remove.mutate()}
    >
      {remove.isPending && count > 1 ? (
        <Progress
          label={t("gallery.delete.deleting")}
          value={(progress?.done ?? 0) / count}
          text={t("gallery.delete.progress", { done: progress?.done ?? 0, count })}
        />
      ) : (
        <Callout tone="warn" title={t("gallery.delete.final")} />
      )}
    </ConfirmDialog>
  );
}
