import { z } from "zod";
import type { Connection } from "@/lib/connection";
import { AppError } from "@/lib/errors";

/**
 * Orders name the connection of the page that gives them: the browser's choice may have been changed in another tab since,
 * and where it points now a service of the same name may live.
 */
const PLACE = { connectionId: z.string().min(1).max(60) };

export function orderOf<Shape extends z.ZodRawShape>(schema: z.ZodObject<Shape>) {
  return schema.extend(PLACE);
}

/** Refuses an order that was meant for another connection than the one in use. */
export function inPlace<Context extends { connection: Pick<Connection, "id"> }, Input, T>(
  verb: (ctx: Context, input: Input) => Promise<T>,
): (ctx: Context, input: Input & { connectionId: string }) => Promise<T> {
  return async (ctx, input) => {
    if (input.connectionId !== ctx.connection.id) {
      throw new AppError("conflict", { params: { what: "connection", rule: "shell.connection.changed" } });
    }
    return verb(ctx, input);
  };
}
