"use client";

import { type DefaultValues, type FieldValues, type UseFormReturn, useForm } from "react-hook-form";
import type { z } from "zod";
import { useT } from "@/lib/i18n/react";
import { issueText } from "./issue-text";

type Schema<Input extends FieldValues, Output> = z.ZodType<Output, Input>;

/**
 * A form bound to a schema that server and browser share. Errors come when a field is left, and follow each keystroke once
 * they are there. A schema's own message is a message key; zod's stock issues get our words.
 *
 * Give `() => import("./schema").then(…)` in place of the schema where nothing else on the page needs zod: its 30 kB are then
 * fetched at the first validation instead of with the page.
 */
export function useZodForm<Input extends FieldValues, Output>(
  schema: Schema<Input, Output> | (() => Promise<Schema<Input, Output>>),
  options: { defaultValues: DefaultValues<Input> },
): UseFormReturn<Input, unknown, Output> {
  const t = useT();
  return useForm<Input, unknown, Output>({
    ...options,
    mode: "onTouched",
    resolver: async (values, context, resolverOptions) => {
      const [{ zodResolver }, loaded] = await Promise.all([
        import("@hookform/resolvers/zod"),
        typeof schema === "function" ? schema() : schema,
      ]);
      return zodResolver(loaded, { error: (issue) => issueText(t, issue) })(values, context, resolverOptions);
    },
  });
}
