"use client";

import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Form } from "@/components/form/form";
import { PasswordField } from "@/components/form/password-field";
import { SubmitButton } from "@/components/form/submit-button";
import { useZodForm } from "@/components/form/use-zod-form";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { Dialog } from "@/components/ui/dialog";
import { toView } from "@/components/ui/error-notice";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import type { SecondFactorView } from "@/lib/auth/second-factor";
import { beginSecondFactor, removeSecondFactor } from "@/lib/auth/second-factor-actions";
import { errorTexts, useT } from "@/lib/i18n/react";
import { unwrap } from "@/lib/result";
import { type Beginning, RenewRecoveryCodes, SecondFactorSetUp } from "./second-factor-set-up";

/** So few left that it is time for new ones. */
const FEW_CODES = 3;

/** Codes beside the password: set up, seen and switched off. */
export function SecondFactor({ factor }: { factor: SecondFactorView | undefined }) {
  const t = useT();
  return (
    <Card
      title={
        <span className="flex flex-wrap items-center gap-2">
          {t("settings.secondFactor.title")}
          {factor ? <Badge tone="ok">{t("settings.secondFactor.on")}</Badge> : null}
        </span>
      }
      description={t("settings.secondFactor.description")}
    >
      {factor ? <SwitchedOn factor={factor} /> : <SetUp />}
    </Card>
  );
}

function SetUp() {
  const t = useT();
  const router = useRouter();
  const [beginning, setBeginning] = useState<Beginning>();
  const begin = useMutation({
    mutationFn: async () => {
      // The picture is drawn by the few who set this up.
      const [{ encode }, begun] = await Promise.all([import("uqr"), beginSecondFactor({})]);
      const { secret, uri } = unwrap(begun);
      return { secret, dots: encode(uri, { border: 0 }).data };
    },
    onSuccess: setBeginning,
    onError: (error) => toast.error(errorTexts(t, toView(error)).title),
  });
  const close = () => {
    setBeginning(undefined);
    router.refresh();
  };
  return (
    <>
      <Button onClick={() => begin.mutate()} loading={begin.isPending}>
        {t("settings.secondFactor.setUp")}
      </Button>
      <Dialog
        open={beginning !== undefined}
        onOpenChange={(open) => !open && close()}
        title={t("settings.secondFactor.setUpTitle")}
        size="md"
      >
        {beginning ? <SecondFactorSetUp beginning={beginning} onDone={close} /> : null}
      </Dialog>
    </>
  );
}

function SwitchedOn({ factor }: { factor: SecondFactorView }) {
  const t = useT();
  const router = useRouter();
  const [asking, setAsking] = useState(false);
  const [renewing, setRenewing] = useState(false);
  const closeRenewal = () => {
    setRenewing(false);
    router.refresh();
  };
  const left = t("settings.secondFactor.codesLeft", { count: factor.recoveryCodes });
  return (
    <div className="grid justify-items-start gap-3">
      <p className="text-sm text-text-2">
        {t("settings.secondFactor.since")} <Time at={factor.since} /> · {left}
      </p>
      {factor.recoveryCodes <= FEW_CODES ? (
        <Callout tone="warn" className="w-full">
          {t("settings.secondFactor.fewCodes")}
        </Callout>
      ) : null}
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => setRenewing(true)}>{t("settings.secondFactor.renew")}</Button>
        <Button onClick={() => setAsking(true)}>{t("settings.secondFactor.switchOff")}</Button>
      </div>
      <Dialog
        open={renewing}
        onOpenChange={(open) => (open ? setRenewing(true) : closeRenewal())}
        title={t("settings.secondFactor.renew")}
        description={t("settings.secondFactor.renewDescription")}
        size="md"
      >
        <RenewRecoveryCodes onDone={closeRenewal} />
      </Dialog>
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title={t("settings.secondFactor.switchOffTitle")}
        description={t("settings.secondFactor.switchOffDescription")}
      >
        <SwitchOffForm onDone={() => setAsking(false)} />
      </Dialog>
    </div>
  );
}

const loadSchema = () => import("@/lib/auth/schemas").then((module) => module.RemoveSecondFactorSchema);

function SwitchOffForm({ onDone }: { onDone: () => void }) {
  const t = useT();
  const router = useRouter();
  const form = useZodForm(loadSchema, { defaultValues: { password: "" } });
  return (
    <Form
      form={form}
      label={t("settings.secondFactor.switchOffTitle")}
      onSubmit={async (values) => {
        unwrap(await removeSecondFactor(values));
        toast.success(t("settings.secondFactor.switchedOff"));
        onDone();
        router.refresh();
      }}
      footer={<SubmitButton>{t("settings.secondFactor.switchOff")}</SubmitButton>}
    >
      <PasswordField name="password" label={t("settings.account.current")} autoComplete="current-password" autoFocus />
    </Form>
  );
}
