"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toView } from "@/components/ui/error-notice";
import { AppError, type ErrorView, fromErrorView } from "@/lib/errors";
import { cancelGeneration, lookAgain, submitGenerations } from "@/lib/generations/actions";
import { applyGenerations } from "@/lib/generations/queries";
import type { Generation } from "@/lib/generations/view";
import type { GenerateInput } from "@/lib/playground/input";
import { planRequests } from "@/lib/playground/request";
import { newSeed, newTaskId } from "./new-ids";

export interface Generating {
  /** What this page asked for last; the live stream says what becomes of it. */
  lastTaskIds: readonly string[];
  /** On its way to the server. */
  isSending: boolean;
  error?: ErrorView;
  start: (input: GenerateInput) => void;
  /** The same once more, unless its picture has come after all. */
  retry: (generation: Generation) => void;
  cancel: (generation: Generation) => void;
}

/** Hands wishes to the server, which makes the pictures whether this page stays open or not. */
export function useGenerate(connectionId: string, service: string): Generating {
  const client = useQueryClient();
  const [lastTaskIds, setLastTaskIds] = useState<readonly string[]>([]);
  const [isSending, setIsSending] = useState(false);
  const [error, setError] = useState<ErrorView>();

  async function send(input: GenerateInput) {
    // Several get seeds that follow one another, also where the first one is left to chance.
    const seed = input.seed === "" && input.imageNum > 1 ? newSeed() : input.seed;
    const requests = planRequests({ ...input, seed }, newTaskId);
    setIsSending(true);
    setError(undefined);
    try {
      const answer = await submitGenerations({ connectionId, service, requests });
      if (!answer.ok) throw fromErrorView(answer.error);
      applyGenerations(client, connectionId, service, answer.data);
      setLastTaskIds(requests.map(({ taskId }) => taskId));
    } catch (problem) {
      setError(toView(problem instanceof AppError ? problem : new AppError("network", { retryable: true })));
    } finally {
      setIsSending(false);
    }
  }

  async function retry({ id, taskId, status, input, seed }: Generation) {
    setError(undefined);
    if (status !== "succeeded") {
      setIsSending(true);
      const late = await lookAgain({ connectionId, id }).catch(() => undefined);
      setIsSending(false);
      // A bucket that is not to be read now is no place to draw into either.
      if (late && !late.ok && late.error.retryable) return setError(late.error);
      if (late?.ok && late.data) {
        applyGenerations(client, connectionId, service, [late.data]);
        return setLastTaskIds([taskId]);
      }
    }
    await send({ ...input, imageNum: 1, seed: seed ?? input.seed });
  }

  async function cancel(generation: Generation) {
    setError(undefined);
    const answer = await cancelGeneration({ connectionId, id: generation.id });
    if (answer.ok) applyGenerations(client, connectionId, service, [answer.data]);
    else setError(answer.error);
  }

  return {
    lastTaskIds,
    isSending,
    error,
    start: (input) => void send(input),
    retry: (generation) => void retry(generation),
    cancel: (generation) => void cancel(generation),
  };
}
