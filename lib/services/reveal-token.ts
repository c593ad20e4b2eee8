import type { Context } from "@/lib/context.server";
import { AppError } from "@/lib/errors";
import type { ServiceNameInput } from "./names";
import { recordDeed } from "./record";

/** The one way for a token to a browser. It is written down before it is given. */
export async function revealToken(ctx: Context, { name }: ServiceNameInput): Promise<{ token: string }> {
  const { accessToken } = await ctx.eas.describeServiceEndpoints(name);
  if (accessToken === "") throw new AppError("not_found", { params: { what: "token" } });
  await recordDeed(ctx, "services.reveal_token", name);
  return { token: accessToken };
}
