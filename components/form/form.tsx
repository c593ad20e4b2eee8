"use client";

import { type ReactNode, useId } from "react";
import {
  type FieldErrors,
  type FieldValues,
  FormProvider,
  type SubmitHandler,
  type UseFormReturn,
} from "react-hook-form";
import { Callout } from "@/components/ui/callout";
import { cn } from "@/components/ui/cn";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { useT } from "@/lib/i18n/react";
import { errorText } from "./issue-text";

interface FormProps<Input extends FieldValues, Output> {
  form: UseFormReturn<Input, unknown, Output>;
  onSubmit: SubmitHandler<Output>;
  /** What the server answered: shown above the button. */
  error?: unknown;
  /** The buttons, usually one SubmitButton. */
  footer: ReactNode;
  /** Names the form for assistive technology when no heading does. */
  label?: string;
  className?: string;
  children: ReactNode;
}

/** A form as a list of fields, the server's refusal and the buttons. The first invalid field takes the focus on submit. */
export function Form<Input extends FieldValues, Output>({
  form,
  onSubmit,
  error,
  footer,
  label,
  className,
  children,
}: FormProps<Input, Output>) {
  const id = useId();
  return (
    <FormProvider {...form}>
      <form
        id={id}
        aria-label={label}
        noValidate
        // Without JavaScript nothing must end up in the address bar.
        method="post"
        onSubmit={(event) => void form.handleSubmit(onSubmit)(event)}
        className={cn("grid max-w-form gap-5", className)}
      >
        <ErrorSummary errors={form.formState.errors} shown={form.formState.isSubmitted} formId={id} />
        {children}
        {error ? <ErrorNotice error={toView(error)} /> : null}
        <div className="flex flex-wrap items-center gap-2">{footer}</div>
      </form>
    </FormProvider>
  );
}

/** The invalid fields as links, once there are several of them. */
function ErrorSummary({ errors, shown, formId }: { errors: FieldErrors; shown: boolean; formId: string }) {
  const t = useT();
  const entries = Object.entries(errors).filter(([name]) => name !== "root");
  if (!shown || entries.length < 2) return null;

  function focus(name: string) {
    const field = document.getElementById(formId)?.querySelector(`[name="${CSS.escape(name)}"]`);
    if (field instanceof HTMLElement) field.focus();
  }

  return (
    <Callout tone="bad" role="alert" title={t("common.formSummary", { count: entries.length })}>
      <ul className="grid gap-0.5">
        {entries.map(([name, problem]) => (
          <li key={name}>
            <button
              type="button"
              onClick={() => focus(name)}
              className="rounded-sm text-left underline underline-offset-3"
            >
              {errorText(t, typeof problem?.message === "string" ? problem.message : undefined)}
            </button>
          </li>
        ))}
      </ul>
    </Callout>
  );
}
