import { type Handler, serviceOf } from "@/lib/sandbox/eas/cloud";
import { invalidParameter, operationConflict } from "@/lib/sandbox/eas/fault";
import { bodyObject, bodyText, oneOf } from "@/lib/sandbox/eas/query";

/** UpdateServiceSafetyLock; what a lock refuses stands in `refusals` (reference: eas-openapi.md §7.1). */
export const updateServiceSafetyLock: Handler = async (call) => {
  const service = serviceOf(call);
  const lock = oneOf("Lock", bodyText(bodyObject(call.body), "Lock"), ["all", "dangerous", "none"]);
  if (!lock) throw invalidParameter("Lock is required.");
  if (service.status === "Deleting")
    throw operationConflict(`Service [${service.name}] cannot be locked while its status is [Deleting].`);
  service.safetyLock = lock;
  call.cloud.services.save(service);
  await call.cloud.services.flush();
  return { Message: `service safety lock updated to ${lock}` };
};
