"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { useController } from "react-hook-form";
import { FieldError, useFieldError } from "@/components/form/field";
import { Form } from "@/components/form/form";
import { SelectField } from "@/components/form/select-field";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { useZodForm } from "@/components/form/use-zod-form";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { CodeBlock } from "@/components/ui/code-block";
import { Dialog } from "@/components/ui/dialog";
import { createToken } from "@/lib/auth/people-actions";
import type { TOKEN_RIGHTS } from "@/lib/auth/rights";
import { useT } from "@/lib/i18n/react";
import { unwrap } from "@/lib/result";
import { rightKey } from "../people/right-key";

type TokenRight = (typeof TOKEN_RIGHTS)[number];

interface TokenDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  rights: readonly TokenRight[];
}

/** What most programs need, and can do no harm with. */
const HARMLESS: readonly TokenRight[] = ["services.read", "generations.read", "models.read", "connections.read"];

const loadSchema = () => import("./token-schema").then((module) => module.TokenFormSchema);

export function TokenDialog({ open, onOpenChange, rights }: TokenDialogProps) {
  const t = useT();
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("tokens.create")}
      description={t("tokens.createDescription")}
      size="md"
    >
      <TokenForm rights={rights} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

/** First what it may do, then the token. */
function TokenForm({ rights, onDone }: { rights: readonly TokenRight[]; onDone: () => void }) {
  const t = useT();
  const router = useRouter();
  const [token, setToken] = useState<string>();
  const form = useZodForm(loadSchema, {
    defaultValues: { name: "", rights: rights.filter((right) => HARMLESS.includes(right)), days: "90" },
  });
  if (token !== undefined) {
    return (
      <div className="grid gap-4">
        <CodeBlock label={t("tokens.token")} code={token} copyLabel={t("tokens.copy")} wrap />
        <p className="text-sm text-text-2">{t("tokens.once")}</p>
        <div className="flex justify-end">
          <Button
            variant="primary"
            onClick={() => {
              onDone();
              router.refresh();
            }}
          >
            {t("people.done")}
          </Button>
        </div>
      </div>
    );
  }
  return (
    <Form
      form={form}
      label={t("tokens.create")}
      onSubmit={async (values) => setToken(unwrap(await createToken(values)).token)}
      footer={<SubmitButton>{t("tokens.create")}</SubmitButton>}
    >
      <TextField name="name" label={t("tokens.name")} hint={t("tokens.nameHint")} maxLength={60} autoFocus />
      <RightsField rights={rights} />
      <SelectField
        name="days"
        label={t("people.expires")}
        options={[
          ...["7", "30", "90", "365"].map((days) => ({
            value: days,
            label: t("tokens.days", { count: Number(days) }),
          })),
          { value: "never", label: t("tokens.noEnd") },
        ]}
      />
    </Form>
  );
}

function RightsField({ rights }: { rights: readonly TokenRight[] }) {
  const t = useT();
  const { field } = useController({ name: "rights" });
  const error = useFieldError("rights");
  const chosen: readonly string[] = field.value;
  return (
    <fieldset className="grid gap-2" aria-describedby={error ? "rights-error" : undefined}>
      <legend className="mb-1.5 font-medium">{t("tokens.rights")}</legend>
      {rights.map((right) => (
        <label key={right} htmlFor={`may-${right}`} className="flex min-h-6 items-center gap-2">
          <Checkbox
            id={`may-${right}`}
            checked={chosen.includes(right)}
            onChange={(event) =>
              field.onChange(event.target.checked ? [...chosen, right] : chosen.filter((one) => one !== right))
            }
          />
          {t(rightKey(right))}
        </label>
      ))}
      <FieldError id="rights-error" text={error} />
    </fieldset>
  );
}
