"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Form } from "@/components/form/form";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { useZodForm } from "@/components/form/use-zod-form";
import { Button } from "@/components/ui/button";
import type { ConnectionView } from "@/lib/connection";
import { useT } from "@/lib/i18n/react";
import { createBucket } from "@/lib/library/actions";
import { ossQueries } from "@/lib/oss/queries";
import { unwrap } from "@/lib/result";

interface CreateBucketProps {
  connection: ConnectionView;
  onCancel?: () => void;
  onCreated: (bucket: string) => void;
}

export function CreateBucket({ connection, onCancel, onCreated }: CreateBucketProps) {
  const t = useT();
  const client = useQueryClient();
  const form = useZodForm(async () => (await import("@/lib/oss/schemas")).CreateBucketSchema, {
    defaultValues: { bucket: "" },
  });
  const create = useMutation({
    mutationFn: async (input: { bucket: string }) => unwrap(await createBucket(input)),
    onSuccess: async (_, { bucket }) => {
      await client.invalidateQueries({ queryKey: ossQueries.buckets(connection.id).queryKey });
      onCreated(bucket);
    },
  });
  return (
    <Form
      form={form}
      label={t("deploy.check.createBucket")}
      error={create.error}
      onSubmit={(input) => create.mutate(input)}
      className="gap-3 rounded-lg border border-line p-3"
      footer={
        <>
          <SubmitButton pending={create.isPending}>{t("deploy.check.createBucket")}</SubmitButton>
          {onCancel ? <Button onClick={onCancel}>{t("common.cancel")}</Button> : null}
        </>
      }
    >
      <TextField
        name="bucket"
        label={t("deploy.check.bucketName")}
        hint={t("deploy.check.bucketNameHint", { region: connection.region })}
        mono
        autoComplete="off"
      />
    </Form>
  );
}
