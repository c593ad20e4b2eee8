import { checkAccount } from "@/lib/prerequisites/check-account";
import { route } from "@/lib/route.server";

export const GET = route("services.write", (ctx) => checkAccount(ctx));
