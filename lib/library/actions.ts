"use server";

import { action } from "@/lib/action.server";
import { inPlace, orderOf } from "@/lib/connections/order";
import { ApplyCorsSchema, CreateBucketSchema } from "@/lib/oss/schemas";
import * as check from "./check-root";
import * as remove from "./delete-objects";
import * as open from "./open-uploads";
import * as prepare from "./prepare-bucket";
import { AbortRuleSchema, AbortUploadsSchema, DeleteObjectsSchema, RootSchema } from "./schemas";

export const checkRoot = action(orderOf(RootSchema), "models.read", inPlace(check.checkRoot));
export const deleteObjects = action(orderOf(DeleteObjectsSchema), "models.write", inPlace(remove.deleteObjects));
export const abortOpenUploads = action(orderOf(AbortUploadsSchema), "models.write", inPlace(open.abortOpenUploads));
export const addAbortRule = action(orderOf(AbortRuleSchema), "models.write", inPlace(open.addAbortRule));
export const createBucket = action(CreateBucketSchema, "models.write", prepare.createBucket);
export const applyCors = action(ApplyCorsSchema, "models.write", prepare.admitPages);
