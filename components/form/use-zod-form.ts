"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { type DefaultValues, type FieldValues, type UseFormReturn, useForm } from "react-hook-form";
import type { z } from "zod";
import { useT } from "@/lib/i18n/react";
import { issueText } from "./issue-text";

/**
 * A form bound to a schema that server and browser share. Errors come when a field is left, and follow each keystroke once
 * they are there. A schema's own message is a message key; zod's stock issues get our words.
 */
export function useZodForm<Input extends FieldValues, Output>(
  schema: z.ZodType<Output, Input>,
  options: { defaultValues: DefaultValues<Input> },
): UseFormReturn<Input, unknown, Output> {
  const t = useT();
  return useForm<Input, unknown, Output>({
    ...options,
    mode: "onTouched",
    resolver: zodResolver(schema, { error: (issue) => issueText(t, issue) }),
  });
}
