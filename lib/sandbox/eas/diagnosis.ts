import { type Handler, serviceOf } from "./cloud";
import type { InstanceRecord, ServiceRecord } from "./records";

/* DescribeServiceDiagnosis: an error with causes and advice (reference: eas-openapi.md §7.2, eas-service-lifecycle.md §4). */

interface Diagnosis {
  Error: string;
  Causes: string[];
  Advices: string[];
}

export const describeServiceDiagnosis: Handler = (call) => {
  const service = serviceOf(call);
  const found = service.instances.flatMap((instance) => diagnose(service, instance) ?? []);
  // One line for each error, however many instances share it.
  return { DiagnosisList: [...new Map(found.map((diagnosis) => [diagnosis.Error, diagnosis])).values()] };
};

function diagnose(service: ServiceRecord, instance: InstanceRecord): Diagnosis | undefined {
  const last = (reason: string) =>
    service.events.findLast((event) => event.instance === instance.name && event.reason === reason)?.message;
  if (instance.ready || instance.status === "Terminating") return undefined;
  switch (instance.reason) {
    case "Unschedulable":
      return {
        Error: "Instance cannot be scheduled.",
        Causes: [last("FailedScheduling") ?? "The resources are out of stock."],
        Advices: ["Choose another instance type, or wait until stock returns."],
      };
    case "ErrImagePull":
    case "ImagePullBackOff":
      return {
        Error: "Container worker0 failed to pull image.",
        Causes: service.events
          .filter((event) => event.instance === instance.name && event.message.startsWith("Failed to pull image"))
          .slice(-1)
          .map(({ message }) => message),
        Advices: ["Check the image address, its registry's region and the right to pull it."],
      };
    case "CrashLoopBackOff":
      return {
        Error: "Container worker0 crashed.",
        Causes: [`The process ended with exit code ${instance.lastRun?.exitCode ?? 1}.`],
        Advices: ["Inspect the instance log of the previous run."],
      };
    case "ContainersNotReady":
      return finding("Container worker0 is not healthy.", last("Unhealthy"), [
        "Let containers[0].port be the port that the process listens on, neither 8080 nor 9090.",
      ]);
    default:
      // An event that is out of date by now proves nothing.
      if (instance.stage !== "scheduled") return undefined;
      return finding("Storage cannot be mounted.", last("FailedMount"), [
        "Check that the bucket exists in the service's region and that EAS may read it.",
      ]);
  }
}

/** Nothing is wrong as long as no event says so. */
function finding(error: string, cause: string | undefined, advices: string[]): Diagnosis | undefined {
  return cause === undefined ? undefined : { Error: error, Causes: [cause], Advices: advices };
}
