import { CheckBucketSchema, checkBucket } from "@/lib/prerequisites/check-bucket";
import { route } from "@/lib/route.server";

export const GET = route("services.write", (ctx, call) => checkBucket(ctx, call.query(CheckBucketSchema)));
