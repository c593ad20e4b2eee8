import { readPriceList } from "@/lib/prices/price-list";
import { route } from "@/lib/route.server";

export const GET = route("services.read", ({ db, connection }) => readPriceList(db, connection));
