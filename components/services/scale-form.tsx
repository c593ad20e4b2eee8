"use client";

import { useMutation } from "@tanstack/react-query";
import { Form } from "@/components/form/form";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { useZodForm } from "@/components/form/use-zod-form";
import { toast } from "@/components/ui/toast";
import { serviceCan } from "@/lib/eas/service-can";
import { useT } from "@/lib/i18n/react";
import { unwrap } from "@/lib/result";
import { scaleService } from "@/lib/services/actions";
import { MAX_INSTANCES } from "@/lib/services/scaling-metrics";
import type { ServiceDetail } from "@/lib/services/view";
import { refusalText } from "./service-actions";
import { useServiceScope } from "./use-live";

/** The validator comes with the first change, not with the page. */
const loadSchema = () => import("./scale-schema").then((module) => module.InstancesSchema);

export function ScaleForm({ service }: { service: ServiceDetail }) {
  const t = useT();
  const { connectionId, name, rights } = useServiceScope();
  const form = useZodForm(loadSchema, {
    defaultValues: { instances: service.wantedInstances ?? service.instances.total },
  });
  const scale = useMutation({
    mutationFn: async ({ instances }: { instances: number }) =>
      unwrap(await scaleService({ connectionId, name, instances })),
    onSuccess: (_, { instances }) => toast.success(t("services.settings.scaled", { name, count: instances })),
  });
  return (
    <Form
      form={form}
      label={t("scaling.replicas.title")}
      error={scale.error}
      onSubmit={(input) => scale.mutate(input)}
      footer={
        <SubmitButton
          pending={scale.isPending}
          disabledReason={refusalText(t, rights.write, serviceCan.scale(service))}
        >
          {t("services.settings.scale")}
        </SubmitButton>
      }
    >
      <TextField name="instances" type="number" min={0} max={MAX_INSTANCES} step={1} label={t("services.instances")} />
    </Form>
  );
}
