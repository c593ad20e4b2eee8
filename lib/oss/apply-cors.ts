import type { z } from "zod";
import { AppError } from "@/lib/errors";
import type { OssClient } from "./client";
import { withConsoleRule } from "./cors";
import type { ApplyCorsSchema } from "./schemas";

/** Admits this console's pages to a bucket; rules that others made stay. */
export async function applyCors(
  { oss }: { oss: OssClient },
  { bucket, origin }: z.output<typeof ApplyCorsSchema>,
): Promise<null> {
  const rules = withConsoleRule(await oss.getCors(bucket), origin);
  if (!rules) throw new AppError("quota_exceeded", { params: { what: "cors_rules" } });
  await oss.putCors(bucket, rules);
  return null;
}
