"use client";

import { type ReactNode, useEffect, useId, useLayoutEffect, useState } from "react";
import {
  type FieldErrors,
  type FieldValues,
  FormProvider,
  type Path,
  type SubmitHandler,
  type UseFormReturn,
} from "react-hook-form";
import { Callout } from "@/components/ui/callout";
import { cn } from "@/components/ui/cn";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { useLocale, useT } from "@/lib/i18n/react";
import { errorText } from "./issue-text";

interface FormProps<Input extends FieldValues, Output> {
  form: UseFormReturn<Input, unknown, Output>;
  onSubmit: SubmitHandler<Output>;
  /** What the server answered, when `onSubmit` does not reject with it: shown above the buttons. */
  error?: unknown;
  /** The buttons, usually one SubmitButton. */
  footer: ReactNode;
  /** Names the form for assistive technology when no heading does. */
  label?: string;
  className?: string;
  children: ReactNode;
}

/**
 * A form as a list of fields, the server's refusal and the buttons. The first invalid field takes the focus on submit. When
 * `onSubmit` rejects, the refusal stands beside the field that it names, or else above the buttons.
 */
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
  const [refusal, setRefusal] = useState<unknown>();

  async function submit(values: Output) {
    setRefusal(undefined);
    try {
      await onSubmit(values);
    } catch (caught) {
      const { field, rule } = toView(caught).params;
      const name = Object.keys(form.getValues()).find((candidate) => candidate === field) as Path<Input> | undefined;
      if (name && typeof rule === "string")
        form.setError(name, { type: "server", message: rule }, { shouldFocus: true });
      else setRefusal(caught);
    }
  }

  const { submitCount } = form.formState;
  useEffect(() => {
    if (submitCount > 0) showInvalid(document.getElementById(id));
  }, [submitCount, id]);

  const shown = error ?? refusal;
  return (
    <FormProvider {...form}>
      <form
        id={id}
        aria-label={label}
        noValidate
        // Without JavaScript nothing must end up in the address bar.
        method="post"
        // A rejection is that of the validation itself, which could not be loaded.
        onSubmit={(event) => void form.handleSubmit(submit)(event).catch(setRefusal)}
        className={cn("grid max-w-form gap-5", className)}
      >
        <ErrorSummary errors={form.formState.errors} shown={form.formState.isSubmitted} formId={id} />
        {children}
        {shown ? <ErrorNotice error={toView(shown)} /> : null}
        <div className="flex flex-wrap items-center gap-2">{footer}</div>
      </form>
    </FormProvider>
  );
}

/** What is folded up cannot take the focus: it is opened where it hides an invalid field. */
function showInvalid(form: HTMLElement | null) {
  const folds = form?.querySelectorAll<HTMLDetailsElement>("details:not([open]):has([aria-invalid='true'])") ?? [];
  for (const fold of folds) fold.open = true;
  if (folds.length > 0) form?.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
}

/** The invalid fields as links, once there are several of them. */
function ErrorSummary({ errors, shown, formId }: { errors: FieldErrors; shown: boolean; formId: string }) {
  const t = useT();
  // The labels are read from the page, which has the other language only after the first rendering in it.
  const locale = useLocale();
  const [, setReadIn] = useState(locale);
  useLayoutEffect(() => setReadIn(locale), [locale]);
  const entries = Object.entries(errors).filter(([name]) => name !== "root");
  if (!shown || entries.length < 2) return null;

  const fieldOf = (name: string) => {
    const field = document.getElementById(formId)?.querySelector(`[name="${CSS.escape(name)}"]`);
    return field instanceof HTMLElement ? field : undefined;
  };
  // Shown only after a submit, so in the browser.
  const labelOf = (name: string) => {
    const id = fieldOf(name)?.id;
    return id ? document.querySelector(`label[for="${CSS.escape(id)}"]`)?.firstChild?.textContent : undefined;
  };

  return (
    <Callout tone="bad" role="alert" title={t("common.formSummary", { count: entries.length })}>
      <ul className="grid gap-0.5">
        {entries.map(([name, problem]) => (
          <li key={name}>
            <button
              type="button"
              onClick={() => fieldOf(name)?.focus()}
              className="min-h-6 rounded-sm text-left underline underline-offset-3"
            >
              {t("common.formSummaryItem", {
                label: labelOf(name) ?? name,
                problem: errorText(t, typeof problem?.message === "string" ? problem.message : undefined),
              })}
            </button>
          </li>
        ))}
      </ul>
    </Callout>
  );
}
