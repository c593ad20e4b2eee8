"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { toView } from "@/components/ui/error-notice";
import { AppError, type ErrorView } from "@/lib/errors";
import { generationQueries, requestPicture } from "@/lib/generations/queries";
import type { GenerateInput } from "@/lib/playground/input";
import { planRequests } from "@/lib/playground/request";
import { toTaskId } from "@/lib/playground/task-id";

/** A picture that was asked for and is not there yet. */
export interface Job {
  taskId: string;
  input: GenerateInput;
  state: "waiting" | "running";
  /** Milliseconds since the epoch. */
  startedAt?: number;
}

export interface Generating {
  jobs: readonly Job[];
  /** The last one that finished, for the canvas. */
  lastTaskId?: string;
  error?: ErrorView;
  start: (input: GenerateInput) => void;
  cancel: () => void;
}

const newTaskId = () => toTaskId(crypto.getRandomValues(new Uint8Array(10)));

/**
 * Pictures one after another: the service works on one request at a time, and those that wait at its gateway would use up
 * their time limit there.
 */
export function useGenerate(connectionId: string, service: string): Generating {
  const client = useQueryClient();
  const [jobs, setJobs] = useState<Job[]>([]);
  const [lastTaskId, setLastTaskId] = useState<string>();
  const [error, setError] = useState<ErrorView>();
  const abort = useRef<AbortController>(null);
  const queue = useRef<Job[]>([]);

  // Whoever looks into the log meanwhile still gets the picture that is being made; what waits behind it is not begun.
  useEffect(
    () => () => {
      queue.current = queue.current.slice(0, 1);
    },
    [],
  );

  const publish = () => setJobs([...queue.current]);

  async function run(controller: AbortController) {
    const { queryKey } = generationQueries.ofService(connectionId, service);
    for (let job = queue.current[0]; job && !controller.signal.aborted; job = queue.current[0]) {
      queue.current[0] = { ...job, state: "running", startedAt: Date.now() };
      publish();
      try {
        const made = await requestPicture(
          service,
          { connectionId, taskId: job.taskId, input: job.input },
          controller.signal,
        );
        client.setQueryData(queryKey, (known) => [made, ...(known ?? []).filter(({ id }) => id !== made.id)]);
        setLastTaskId(made.taskId);
      } catch (problem) {
        if (!(problem instanceof AppError && problem.code === "cancelled")) setError(toView(problem));
        // What could not be asked for once will not be possible for the rest either.
        queue.current = [];
        await client.invalidateQueries({ queryKey });
      }
      queue.current = queue.current.filter(({ taskId }) => taskId !== job.taskId);
      publish();
    }
    if (abort.current === controller) abort.current = null;
  }

  return {
    jobs,
    lastTaskId,
    error,
    start(input) {
      setError(undefined);
      const planned = planRequests(input, newTaskId).map((request): Job => ({ ...request, state: "waiting" }));
      queue.current.push(...planned);
      publish();
      if (abort.current) return;
      const controller = new AbortController();
      abort.current = controller;
      void run(controller);
    },
    cancel() {
      queue.current = [];
      abort.current?.abort();
      abort.current = null;
      publish();
    },
  };
}
