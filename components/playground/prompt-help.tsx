"use client";

import dynamic from "next/dynamic";
import type { UseFormReturn } from "react-hook-form";
import type { FormValues } from "@/lib/playground/form-values";
import type { GenerateInput } from "@/lib/playground/input";
import { applyPiece } from "@/lib/playground/prompt-facts";

const PromptStyles = dynamic(() => import("./prompt-styles").then((module) => module.PromptStyles), { ssr: false });
const UsedPrompts = dynamic(() => import("./used-prompts").then((module) => module.UsedPrompts), { ssr: false });

export type PromptHelpKind = "used" | "styles";

interface PromptHelpProps {
  connectionId: string;
  form: UseFormReturn<FormValues, unknown, GenerateInput>;
  opened: PromptHelpKind | undefined;
  onClose: () => void;
}

/** The dialogs beside the prompt. They hold forms of their own, so they stand outside of the playground's. */
export function PromptHelp({ connectionId, form, opened, onClose }: PromptHelpProps) {
  function write(texts: Pick<FormValues, "prompt" | "negativePrompt">) {
    form.setValue("prompt", texts.prompt, { shouldDirty: true, shouldValidate: true });
    form.setValue("negativePrompt", texts.negativePrompt, { shouldDirty: true });
    onClose();
    form.setFocus("prompt");
  }

  if (opened === "used") return <UsedPrompts connectionId={connectionId} onClose={onClose} onUse={write} />;
  if (opened !== "styles") return null;
  const { prompt, negativePrompt } = form.getValues();
  return (
    <PromptStyles
      texts={{ prompt, negativePrompt }}
      onClose={onClose}
      onApply={(style) =>
        write({
          prompt: applyPiece(prompt, style.prompt),
          negativePrompt: applyPiece(negativePrompt, style.negativePrompt),
        })
      }
    />
  );
}
