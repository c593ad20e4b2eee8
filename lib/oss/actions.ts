"use server";

import { action } from "@/lib/action.server";
import * as prepare from "@/lib/library/prepare-bucket";
import { ApplyCorsSchema, CreateBucketSchema } from "./schemas";

export const createBucket = action(CreateBucketSchema, "models.write", prepare.createBucket);

export const applyCors = action(ApplyCorsSchema, "models.write", prepare.admitPages);
