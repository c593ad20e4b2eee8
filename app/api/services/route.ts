import { route } from "@/lib/route.server";
import { ListServicesSchema, listServicesOrLast } from "@/lib/services/list-services";

export const GET = route("services.read", (ctx, call) => listServicesOrLast(ctx, call.query(ListServicesSchema)));
