import { route } from "@/lib/route.server";

export const GET = route("models.read", ({ oss }) => oss.listBuckets());
