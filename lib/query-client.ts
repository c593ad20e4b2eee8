import { QueryClient } from "@tanstack/react-query";
import { AppError } from "./errors";

const RETRIES = 2;
/** Fast enough for somebody who waits before the page, and cheap: while the cloud is silent the server answers at once. */
const HEALING_MS = 5_000;

/** Defaults of every query and mutation, each with its reason. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // What the page was painted with is not fetched again at once.
        staleTime: 5_000,
        // Only what is safe and may heal: the code says so.
        retry: (count, error) => mayHeal(error) && count < RETRIES,
        retryDelay: (count) => 500 * 2 ** count * (0.75 + Math.random() / 2),
        // What failed for a reason that passes comes back without a click; queries with a pace of their own keep it.
        refetchInterval: ({ state: { error } }) => (mayHeal(error) ? HEALING_MS : false),
      },
      // A write that got no answer may have happened.
      mutations: { retry: false },
    },
  });
}

function mayHeal(error: Error | null): boolean {
  return error instanceof AppError && error.retryable;
}
