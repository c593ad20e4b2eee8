"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { FirstPictureSwitch } from "@/components/config/first-picture-switch";
import { useServiceScope } from "@/components/services/use-live";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { toView } from "@/components/ui/error-notice";
import { toast } from "@/components/ui/toast";
import { useT } from "@/lib/i18n/react";
import { unwrap } from "@/lib/result";
import { rollBackService } from "@/lib/services/actions";
import type { VersionView } from "@/lib/services/version-view";
import type { ServiceDetail } from "@/lib/services/view";

interface RollBackDialogProps {
  version: VersionView | null;
  service: ServiceDetail;
  onClose: () => void;
}

export function RollBackDialog({ version, service, onClose }: RollBackDialogProps) {
  const t = useT();
  const { connectionId, name } = useServiceScope();
  const [wantsPicture, setWantsPicture] = useState(true);
  const firstPicture = wantsPicture && service.flags !== undefined;
  const rollBack = useMutation({
    mutationFn: async (number: number) =>
      unwrap(await rollBackService({ connectionId, name, version: number, firstPicture })),
    onSuccess: (_, number) => {
      onClose();
      toast.success(t("versions.requested", { name, number: String(number) }));
    },
  });
  const number = version?.number ?? rollBack.variables ?? 0;
  const isAtRest = service.status === "Stopped" || service.status === "Failed";
  return (
    <ConfirmDialog
      open={version !== null}
      onOpenChange={(open) => {
        if (open) return;
        rollBack.reset();
        onClose();
      }}
      title={t("versions.confirm.title", { name, number: String(number) })}
      description={t(isAtRest ? "versions.confirm.atRest" : "versions.confirm.rolling", {
        count: service.instances.total,
      })}
      confirmLabel={t("versions.confirm.button")}
      pending={rollBack.isPending}
      error={rollBack.error ? toView(rollBack.error) : null}
      onConfirm={() => version && rollBack.mutate(version.number)}
    >
      <div className="grid gap-4">
        <p className="text-text-2">
          {t("versions.confirm.newVersion", { number: String(service.version.latest + 1) })}
        </p>
        {service.flags ? <FirstPictureSwitch on={wantsPicture} onChange={setWantsPicture} /> : null}
      </div>
    </ConfirmDialog>
  );
}
