import { type Handler, serviceOf } from "@/lib/sandbox/eas/cloud";
import { operationConflict } from "@/lib/sandbox/eas/fault";
import { refuseCommand } from "@/lib/sandbox/eas/guard/refusals";
import { booleanParameter } from "@/lib/sandbox/eas/query";

/*
 * Development mode (reference: eas-openapi.md §7.1): one instance that is worked in; what was done in its container can be
 * committed as a new image. The sources name the operations and statuses only; the rest is chosen here and in
 * `guard/refusals`.
 */

export const developService: Handler = async (call) => {
  const service = serviceOf(call);
  const { cloud, query } = call;
  const exit = booleanParameter(query, "Exit") ?? false;
  refuseCommand(service, "develop");
  if (service.developing !== exit)
    throw operationConflict(
      `Service [${service.name}] is ${service.developing ? "already" : "not"} in development mode.`,
    );
  service.developing = !exit;
  service.updatedAt = cloud.clock.now();
  cloud.lifeCycle.restart(service);
  await cloud.services.flush();
  return { Message: "Success" };
};

export const commitService: Handler = async (call) => {
  const service = serviceOf(call);
  if (!service.developing)
    throw operationConflict(`Service [${service.name}] is not in development mode, cannot commit.`);
  refuseCommand(service, "commit");
  call.cloud.lifeCycle.commit(service);
  await call.cloud.services.flush();
  return { Message: "Success" };
};
