import { QueryClient } from "@tanstack/react-query";
import { AppError } from "./errors";

const RETRIES = 2;

/** Defaults of every query and mutation, each with its reason. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // What the page was painted with is not fetched again at once.
        staleTime: 5_000,
        // Only what is safe and may heal: the code says so.
        retry: (count, error) => error instanceof AppError && error.retryable && count < RETRIES,
        retryDelay: (count) => 500 * 2 ** count * (0.75 + Math.random() / 2),
      },
      // A write that got no answer may have happened.
      mutations: { retry: false },
    },
  });
}
