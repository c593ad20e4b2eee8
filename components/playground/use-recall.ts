"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { useEffect, useState } from "react";
import type { UseFormReturn } from "react-hook-form";
import { toView } from "@/components/ui/error-notice";
import type { ErrorView } from "@/lib/errors";
import { EVERYTHING } from "@/lib/gallery/filters";
import { galleryQueries } from "@/lib/gallery/queries";
import { reusePicture } from "@/lib/generations/queries";
import type { FormValues } from "@/lib/playground/form-values";
import type { GenerateInput } from "@/lib/playground/input";
import { FUNCS, type Func } from "@/lib/playground/limits";
import { isRecall, type Recall, recalled } from "@/lib/playground/recall";

const isFunc = (part: Recall): part is Extract<Recall, Func> => FUNCS.some((func) => func === part);

/**
 * Begins the form with what the address asks for, `?recall=<task id>&what=<part>`, once: afterwards the address is plain
 * again, so that a reload keeps nothing that was changed since. Returns what went wrong with it.
 */
export function useRecall(
  connectionId: string,
  service: string,
  form: UseFormReturn<FormValues, unknown, GenerateInput>,
): ErrorView | undefined {
  const client = useQueryClient();
  const params = useSearchParams();
  const taskId = params.get("recall");
  const what = params.get("what");
  const [problem, setProblem] = useState<ErrorView>();
  useEffect(() => {
    async function recallFile() {
      window.history.replaceState(null, "", window.location.pathname);
      const { droppedValues, readText, takeText } = await import("@/lib/gallery/dropped");
      const dropped = readText(takeText());
      if (dropped.kind !== "none") form.reset(droppedValues(form.getValues(), dropped, service).values);
    }
    async function recall(from: string, part: Recall) {
      window.history.replaceState(null, "", window.location.pathname);
      const { generation, key } = await client.fetchQuery(galleryQueries.picture(connectionId, from, EVERYTHING));
      if (generation) {
        const before = form.getValues();
        const wanted = recalled(before, generation, part);
        // Input pictures lie in the result folder of the service that they were given to.
        const isElsewhere = generation.service !== service;
        form.reset(isElsewhere ? { ...wanted, image: before.image, mask: before.mask } : wanted);
      }
      if (key && isFunc(part)) {
        form.setValue("func", part);
        form.setValue("mask", undefined);
        form.setValue("image", await reusePicture(connectionId, service, key), { shouldValidate: true });
      }
      form.setFocus("prompt");
    }
    const recalling =
      taskId === "file" ? recallFile() : taskId && isRecall(what) ? recall(taskId, what) : Promise.resolve();
    recalling.catch((error: unknown) => setProblem(toView(error)));
  }, [client, connectionId, service, form, taskId, what]);
  return problem;
}
