"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { Form } from "@/components/form/form";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { useZodForm } from "@/components/form/use-zod-form";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Dialog } from "@/components/ui/dialog";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { IconButton } from "@/components/ui/icon-button";
import { type ErrorView, fromErrorView } from "@/lib/errors";
import { useT } from "@/lib/i18n/react";
import { deleteStyle, saveStyle } from "@/lib/prompts/actions";
import { promptQueries } from "@/lib/prompts/queries";
import type { Style } from "@/lib/prompts/schemas";

type Texts = Pick<Style, "prompt" | "negativePrompt">;

interface PromptStylesProps {
  /** What a new style begins with. */
  texts: Texts;
  onClose: () => void;
  onApply: (style: Texts) => void;
}

/** Saved pieces of prompts: one press adds them; they are written and thrown away here too. */
export function PromptStyles({ texts, onClose, onApply }: PromptStylesProps) {
  const t = useT();
  const { data, error, refetch } = useQuery(promptQueries.styles());
  const [edited, setEdited] = useState<Partial<Pick<Style, "id" | "name">> & Texts>();
  const [doomed, setDoomed] = useState<Style>();
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("playground.styles.title")}
      description={t("playground.styles.hint", { place: "{prompt}" })}
      size="md"
    >
      {edited ? (
        <StyleForm style={edited} onDone={() => setEdited(undefined)} />
      ) : (
        <div className="grid gap-3">
          {error ? <ErrorNotice error={toView(error)} onRetry={() => void refetch()} /> : null}
          {data?.length === 0 ? <p className="py-4 text-center text-text-2">{t("playground.styles.none")}</p> : null}
          <ul className="-mx-2 grid max-h-[50dvh] overflow-y-auto">
            {data?.map((style) => (
              <li key={style.id} className="flex items-start gap-1 rounded-md hover:bg-hover">
                <button
                  type="button"
                  onClick={() => onApply(style)}
                  className="grid min-w-0 flex-1 gap-0.5 rounded-md px-2 py-2 text-left"
                >
                  <span className="truncate font-medium">{style.name}</span>
                  {style.prompt ? (
                    <span className="wrap-anywhere line-clamp-2 text-sm text-text-2">{style.prompt}</span>
                  ) : null}
                  {style.negativePrompt ? (
                    <span className="wrap-anywhere line-clamp-2 text-sm text-text-3">
                      {t("playground.used.negative", { text: style.negativePrompt })}
                    </span>
                  ) : null}
                </button>
                <IconButton
                  label={t("playground.styles.edit", { name: style.name })}
                  icon={<Pencil aria-hidden="true" />}
                  onClick={() => setEdited(style)}
                />
                <IconButton
                  label={t("playground.styles.delete", { name: style.name })}
                  icon={<Trash2 aria-hidden="true" />}
                  onClick={() => setDoomed(style)}
                />
              </li>
            ))}
          </ul>
          <Button
            className="justify-self-start"
            icon={<Plus aria-hidden="true" />}
            onClick={() => setEdited({ prompt: texts.prompt, negativePrompt: texts.negativePrompt })}
          >
            {t("playground.styles.add")}
          </Button>
        </div>
      )}
      {doomed ? <DeleteStyle style={doomed} onDone={() => setDoomed(undefined)} /> : null}
    </Dialog>
  );
}

interface StyleFormProps {
  style: Partial<Pick<Style, "id" | "name">> & Texts;
  onDone: () => void;
}

function StyleForm({ style, onDone }: StyleFormProps) {
  const t = useT();
  const client = useQueryClient();
  const form = useZodForm(async () => (await import("@/lib/prompts/schemas")).StyleFormSchema, {
    defaultValues: { name: style.name ?? "", prompt: style.prompt, negativePrompt: style.negativePrompt },
  });
  return (
    <Form
      form={form}
      label={t(style.id ? "playground.styles.save" : "playground.styles.add")}
      onSubmit={async (values) => {
        const answer = await saveStyle({ ...values, id: style.id });
        if (!answer.ok) throw fromErrorView(answer.error);
        await client.invalidateQueries({ queryKey: promptQueries.styles().queryKey });
        onDone();
      }}
      footer={
        <>
          <SubmitButton>{t("playground.styles.save")}</SubmitButton>
          <Button onClick={onDone}>{t("common.cancel")}</Button>
        </>
      }
    >
      <TextField name="name" label={t("common.name")} maxLength={60} autoFocus />
      <TextField name="prompt" label={t("playground.styles.prompt")} multiline />
      <TextField name="negativePrompt" label={t("playground.styles.negativePrompt")} optional multiline />
    </Form>
  );
}

function DeleteStyle({ style, onDone }: { style: Style; onDone: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<ErrorView>();

  async function remove() {
    setPending(true);
    const answer = await deleteStyle({ id: style.id });
    setPending(false);
    if (!answer.ok) return setError(answer.error);
    await client.invalidateQueries({ queryKey: promptQueries.styles().queryKey });
    onDone();
  }

  return (
    <ConfirmDialog
      open
      danger
      onOpenChange={onDone}
      title={t("playground.styles.deleteTitle", { name: style.name })}
      description={t("playground.styles.deleteText")}
      confirmLabel={t("playground.styles.deleteConfirm")}
      pending={pending}
      error={error}
      onConfirm={() => void remove()}
    />
  );
}
