"use client";

import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { toView } from "@/components/ui/error-notice";
import { toast } from "@/components/ui/toast";
import { errorTexts, ruleText, useT } from "@/lib/i18n/react";

/** A change that the page shows anew; a refusal comes as a message. */
export function useChange<T, V = void>(change: (wanted: V) => Promise<T>, said: (value: T, wanted: V) => string) {
  const t = useT();
  const router = useRouter();
  return useMutation({
    mutationFn: change,
    onSuccess: (value, wanted) => {
      toast.success(said(value, wanted));
      router.refresh();
    },
    onError: (error) => {
      const view = toView(error);
      toast.error(ruleText(t, view) ?? errorTexts(t, view).title);
      router.refresh();
    },
  });
}
