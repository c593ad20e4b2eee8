import type { Call, Reply } from "./call";
import { requireBucket } from "./call";
import { ossError } from "./errors";

export function postObject(call: Call): Reply {
  requireBucket(call);
  throw ossError("NotImplemented");
}
