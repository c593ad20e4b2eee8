"use client";

import { useState } from "react";
import { Form } from "@/components/form/form";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { useZodForm } from "@/components/form/use-zod-form";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { confirmSecondFactor, renewRecoveryCodes } from "@/lib/auth/second-factor-actions";
import { useT } from "@/lib/i18n/react";
import { unwrap } from "@/lib/result";

export interface Beginning {
  /** Base32, for those who cannot point a camera at the screen. */
  secret: string;
  /** The rows of the picture. */
  dots: readonly (readonly boolean[])[];
}

const loadRenewal = () => import("@/lib/auth/schemas").then((module) => module.RenewRecoveryCodesSchema);
const loadSchema = () => import("@/lib/auth/schemas").then((module) => module.ConfirmSecondFactorSchema);

/** First the device, then its first code, then the recovery codes. */
export function SecondFactorSetUp({ beginning, onDone }: { beginning: Beginning; onDone: () => void }) {
  const t = useT();
  const [recoveryCodes, setRecoveryCodes] = useState<readonly string[]>();
  const form = useZodForm(loadSchema, { defaultValues: { code: "" } });
  if (recoveryCodes)
    return (
      <RecoveryCodes codes={recoveryCodes} said={t("settings.secondFactor.recoveryDescription")} onDone={onDone} />
    );
  return (
    <Form
      form={form}
      label={t("settings.secondFactor.setUpTitle")}
      onSubmit={async (values) => setRecoveryCodes(unwrap(await confirmSecondFactor(values)).recoveryCodes)}
      footer={<SubmitButton>{t("settings.secondFactor.confirm")}</SubmitButton>}
    >
      <p>{t("settings.secondFactor.scan")}</p>
      <QrCode dots={beginning.dots} label={t("settings.secondFactor.picture")} />
      <CodeBlock
        label={t("settings.secondFactor.secret")}
        code={beginning.secret.replaceAll(/(.{4})(?=.)/g, "$1 ")}
        copyText={beginning.secret}
        copyLabel={t("settings.secondFactor.copySecret")}
        wrap
      />
      <TextField
        name="code"
        label={t("settings.secondFactor.firstCode")}
        autoComplete="one-time-code"
        maxLength={7}
        autoFocus
        mono
      />
    </Form>
  );
}

/** Asks for a code, then shows the new ones. */
export function RenewRecoveryCodes({ onDone }: { onDone: () => void }) {
  const t = useT();
  const [recoveryCodes, setRecoveryCodes] = useState<readonly string[]>();
  const form = useZodForm(loadRenewal, { defaultValues: { code: "" } });
  if (recoveryCodes)
    return <RecoveryCodes codes={recoveryCodes} said={t("settings.secondFactor.renewed")} onDone={onDone} />;
  return (
    <Form
      form={form}
      label={t("settings.secondFactor.renew")}
      onSubmit={async (values) => setRecoveryCodes(unwrap(await renewRecoveryCodes(values)).recoveryCodes)}
      footer={<SubmitButton>{t("settings.secondFactor.renew")}</SubmitButton>}
    >
      <TextField
        name="code"
        label={t("auth.secondFactor.code")}
        hint={t("auth.secondFactor.codeHint")}
        autoComplete="one-time-code"
        maxLength={40}
        autoFocus
        mono
      />
    </Form>
  );
}

interface RecoveryCodesProps {
  codes: readonly string[];
  said: string;
  onDone: () => void;
}

function RecoveryCodes({ codes, said, onDone }: RecoveryCodesProps) {
  const t = useT();
  return (
    <div className="grid gap-4">
      <p role="status">{said}</p>
      <CodeBlock
        label={t("settings.secondFactor.recoveryCodes")}
        code={codes.join("\n")}
        copyLabel={t("settings.secondFactor.copyCodes")}
      />
      <div className="flex justify-end">
        <Button variant="primary" onClick={onDone}>
          {t("settings.secondFactor.kept")}
        </Button>
      </div>
    </div>
  );
}

/** Black on white in both themes: cameras expect that, with four dots of white around. */
function QrCode({ dots, label }: { dots: Beginning["dots"]; label: string }) {
  const size = dots.length + 8;
  const path = dots.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x + 4} ${y + 4}h1v1h-1z` : ""))).join("");
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className="w-52 justify-self-center rounded-md border border-line"
    >
      <path d={`M0 0h${size}v${size}h-${size}z`} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
