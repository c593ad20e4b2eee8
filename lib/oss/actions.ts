"use server";

import { action } from "@/lib/action.server";
import { applyCors as applyCorsVerb } from "./apply-cors";
import { ApplyCorsSchema, CreateBucketSchema } from "./schemas";

export const createBucket = action(CreateBucketSchema, "models.write", async ({ oss }, { bucket }) => {
  await oss.createBucket(bucket);
  return null;
});

export const applyCors = action(ApplyCorsSchema, "models.write", applyCorsVerb);
