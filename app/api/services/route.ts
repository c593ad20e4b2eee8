import { route } from "@/lib/route.server";
import { ListServicesSchema, listServices } from "@/lib/services/list-services";

export const GET = route("services.read", (ctx, call) => listServices(ctx, call.query(ListServicesSchema)));
