import { route } from "@/lib/route.server";
import { listMachineSpecs } from "@/lib/services/list-machine-specs";

export const GET = route("services.read", (ctx) => listMachineSpecs(ctx));
