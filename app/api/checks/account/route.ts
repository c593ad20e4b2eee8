import { CheckAccountSchema, checkAccount } from "@/lib/prerequisites/check-account";
import { route } from "@/lib/route.server";

export const GET = route("services.write", (ctx, call) => checkAccount(ctx, call.query(CheckAccountSchema)));
