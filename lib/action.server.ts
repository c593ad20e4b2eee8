import "server-only";
import { unstable_rethrow } from "next/navigation";
import type { z } from "zod";
import type { Right } from "@/lib/auth/rights";
import { currentUser } from "@/lib/auth/session.server";
import { admit, type Context } from "@/lib/context.server";
import { AppError } from "@/lib/errors";
import { parseInput, toFailure } from "@/lib/failure.server";
import type { Result } from "@/lib/result";
import { takeTurn } from "@/lib/turns.server";

export type Action<S extends z.ZodType, T> = (input: z.input<S>) => Promise<Result<T>>;

/**
 * A Server Action: session, right, parse, verb, Result. That the request comes from our own pages is checked by Next
 * (Origin against Host). `right` null = any signed-in person.
 */
export function action<S extends z.ZodType, T>(
  schema: S,
  right: Right | null,
  verb: (context: Context, input: z.output<S>) => Promise<T>,
): Action<S, T> {
  return answering(async (input) => {
    const user = await currentUser();
    if (!user) throw new AppError("not_signed_in");
    takeTurn.person(user.id);
    const ctx = await admit({ user }, right, new AbortController().signal);
    return verb(ctx, parseInput(schema, input));
  });
}

/** For the few actions before sign-in. */
export function publicAction<S extends z.ZodType, T>(
  schema: S,
  verb: (input: z.output<S>) => Promise<T>,
): Action<S, T> {
  return answering(async (input) => verb(parseInput(schema, input)));
}

function answering<I, T>(verb: (input: I) => Promise<T>): (input: I) => Promise<Result<T>> {
  return async (input) => {
    try {
      return { ok: true, data: await verb(input) };
    } catch (error) {
      // redirect() and notFound() travel as exceptions.
      unstable_rethrow(error);
      return { ok: false, error: toFailure(error, "action") };
    }
  };
}
