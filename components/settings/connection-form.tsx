"use client";

import { useMutation } from "@tanstack/react-query";
import { PlugZap } from "lucide-react";
import { useRouter } from "next/navigation";
import { Form } from "@/components/form/form";
import { PasswordField } from "@/components/form/password-field";
import { SelectField } from "@/components/form/select-field";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { useZodForm } from "@/components/form/use-zod-form";
import { Button } from "@/components/ui/button";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { HelpLink } from "@/components/ui/help-link";
import { toast } from "@/components/ui/toast";
import { saveConnection, testConnection } from "@/lib/connections/actions";
import type { ConnectionDetails } from "@/lib/connections/view";
import { help } from "@/lib/guides/help";
import { useT } from "@/lib/i18n/react";
import { unwrap } from "@/lib/result";
import { REGIONS, regionKey } from "./regions";
import { TestResult } from "./test-result";

const loadSchema = () => import("@/lib/connections/schemas").then((module) => module.SaveConnectionSchema);

interface ConnectionFormProps {
  /** The one to change; absent to add one. */
  connection?: ConnectionDetails;
  onDone: () => void;
}

/** Keys go to the server once and never come back: a change asks for the AccessKey ID again. */
export function ConnectionForm({ connection, onDone }: ConnectionFormProps) {
  const t = useT();
  const router = useRouter();
  const form = useZodForm(loadSchema, {
    defaultValues: {
      id: connection?.id,
      name: connection?.name ?? "",
      region: connection?.region ?? REGIONS[0],
      accessKeyId: "",
      accessKeySecret: "",
      securityToken: "",
      domainHost: connection?.bucketDomain?.host ?? "",
      domainBucket: connection?.bucketDomain?.bucket ?? "",
    },
  });
  const test = useMutation({
    mutationFn: async () => {
      const { region, accessKeyId, accessKeySecret = "", securityToken } = form.getValues();
      return unwrap(await testConnection({ region, accessKeyId, accessKeySecret, securityToken }));
    },
  });

  async function tryIt() {
    // A kept secret may belong to another key or region than the form now says: only what is in the form is tried.
    if (!form.getValues("accessKeySecret")) {
      form.setError("accessKeySecret", { message: "connections.rules.secretMissing" }, { shouldFocus: true });
      return;
    }
    if (await form.trigger(["region", "accessKeyId", "accessKeySecret"], { shouldFocus: true })) test.mutate();
  }

  return (
    <Form
      form={form}
      label={t(connection ? "settings.connections.edit" : "settings.connections.add")}
      onSubmit={async (values) => {
        const { name, bucketDomain } = unwrap(await saveConnection(values));
        // Which hosts a page may talk to is settled when it is loaded.
        if (bucketDomain?.host !== connection?.bucketDomain?.host) return window.location.reload();
        toast.success(t("settings.connections.saved", { name }));
        router.refresh();
        onDone();
      }}
      footer={
        <>
          <Button
            className="max-sm:w-full"
            icon={<PlugZap aria-hidden="true" />}
            onClick={() => void tryIt()}
            loading={test.isPending}
          >
            {t("settings.connections.test")}
          </Button>
          <span className="flex-1" />
          <Button variant="ghost" onClick={onDone}>
            {t("common.cancel")}
          </Button>
          <SubmitButton>{t("settings.connections.save")}</SubmitButton>
        </>
      }
    >
      <TextField
        name="name"
        label={t("settings.connections.fields.name")}
        placeholder={t("settings.connections.fields.namePlaceholder")}
        autoComplete="off"
      />
      <SelectField
        name="region"
        label={t("common.region")}
        hint={t("settings.connections.fields.regionHint")}
        options={REGIONS.map((region) => ({ value: region, label: `${t(regionKey(region))} · ${region}` }))}
      />
      <TextField
        name="accessKeyId"
        label={t("settings.connections.fields.accessKeyId")}
        hint={
          connection
            ? t("settings.connections.fields.accessKeyIdAgain", { masked: connection.accessKeyId ?? "" })
            : undefined
        }
        mono
        autoComplete="off"
      />
      <PasswordField
        name="accessKeySecret"
        label={t("settings.connections.fields.accessKeySecret")}
        hint={t(connection ? "settings.connections.fields.secretKept" : "settings.connections.fields.secretHint")}
        optional={Boolean(connection)}
        mono
        autoComplete="off"
      />
      <PasswordField
        name="securityToken"
        label={t("settings.connections.fields.securityToken")}
        hint={t("settings.connections.fields.securityTokenHint")}
        optional
        mono
        autoComplete="off"
      />
      <fieldset className="grid gap-4">
        <legend className="mb-1 font-medium">{t("settings.connections.fields.domain")}</legend>
        <p className="text-sm text-text-2">
          {t("settings.connections.fields.domainHint")}{" "}
          <HelpLink href={help.topic("mainlandDomain")} about={t("settings.connections.fields.domain")} />
        </p>
        <TextField
          name="domainHost"
          label={t("settings.connections.fields.domainHost")}
          placeholder="models.example.com"
          optional
          mono
          autoComplete="off"
        />
        <TextField
          name="domainBucket"
          label={t("settings.connections.fields.domainBucket")}
          optional
          mono
          autoComplete="off"
        />
      </fieldset>
      <div role="status" className="empty:hidden">
        {test.data ? <TestResult result={test.data} /> : null}
      </div>
      {test.error ? <ErrorNotice error={toView(test.error)} /> : null}
    </Form>
  );
}
