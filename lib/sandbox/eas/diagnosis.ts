import { type Cloud, type Handler, serviceOf } from "./cloud";
import { instanceOf } from "./instances/listing";
import type { InstanceRecord, ServiceRecord } from "./records";

/*
 * DescribeServiceDiagnosis and DescribeServiceInstanceDiagnosis: an error with causes and advice, each from what really
 * is the matter (reference: eas-openapi.md §7.2, the rows of eas-service-lifecycle.md §4).
 */

interface Diagnosis {
  Error: string;
  Causes: string[];
  Advices: string[];
}

export const describeServiceDiagnosis: Handler = (call) => {
  const service = serviceOf(call);
  const found = service.instances.flatMap((instance) => diagnose(call.cloud, service, instance) ?? []);
  // One line for each error, however many instances share it.
  return { DiagnosisList: [...new Map(found.map((diagnosis) => [diagnosis.Error, diagnosis])).values()] };
};

/** One object, and an empty one when all is well. */
export const describeServiceInstanceDiagnosis: Handler = (call) => {
  const service = serviceOf(call);
  const found = diagnose(call.cloud, service, instanceOf(call, service));
  return { Diagnosis: found ?? { Error: "", Causes: [], Advices: [] } };
};

/** How long an instance that runs again is still said to have run out of memory. */
const RECENT_MS = 3_600_000;

function diagnose(cloud: Cloud, service: ServiceRecord, instance: InstanceRecord): Diagnosis | undefined {
  if (instance.status === "Terminating" || instance.role === "Queue") return undefined;
  const last = (reason: string, start = "") =>
    service.events.findLast(
      (event) => event.instance === instance.name && event.reason === reason && event.message.startsWith(start),
    )?.message;
  const { lastRun } = instance;
  const wasKilled = lastRun?.reason === "OOMKilled" && cloud.clock.now() - lastRun.finishedAt < RECENT_MS;
  if (wasKilled && (instance.ready || instance.reason === "CrashLoopBackOff")) return outOfMemory(service);
  if (instance.ready) return outOfGpuMemory(cloud, service, instance);
  switch (instance.reason) {
    case "Unschedulable":
      return unschedulable(last("FailedScheduling"));
    case "ErrImagePull":
    case "ImagePullBackOff":
      return notPulled(last("Failed", "Failed to pull image") ?? "");
    case "CrashLoopBackOff":
      return endedByProbe(service, instance) ?? crashed(cloud, service, instance);
    case "ContainersNotReady":
      return unhealthy(service, last("Unhealthy"));
    default:
      // An event that is out of date by now proves nothing.
      return instance.stage === "scheduled" ? notMounted(last("FailedMount")) : undefined;
  }
}

function unschedulable(cause: string | undefined): Diagnosis {
  return {
    Error: "Instance cannot be scheduled.",
    Causes: [cause ?? "The resources are out of stock."],
    Advices: [
      "Choose another instance type, give several in cloud.computing.instances, or wait until stock returns.",
      ...(cause?.includes("nvidia.com/gpu") ? ["Check that metadata.gpu is not more than the instance type has."] : []),
    ],
  };
}

/** What stands in the runtime's words, and what helps. */
const PULL_ADVICE: readonly [RegExp, string][] = [
  [/pull access denied|unauthorized|authorization failed/i, "Set dockerAuth, or let the registry admit this account."],
  [/no such host/, "Check the registry's name, or add the VPC to the registry's access control."],
  [/timeout/, "Use the registry's address in this region's VPC, or give the service a way to the Internet."],
  [/no space left on device/, "Raise metadata.disk or the feature eas.aliyun.com/extra-ephemeral-storage."],
  [/not found/, "Check the image's repository and tag."],
];

function notPulled(cause: string): Diagnosis {
  const advice = PULL_ADVICE.find(([words]) => words.test(cause))?.[1];
  return {
    Error: "Container worker0 failed to pull image.",
    Causes: cause === "" ? [] : [cause],
    Advices: [advice ?? "Check the image address, its registry's region and the right to pull it."],
  };
}

/** The last words of the process say more than its exit code. */
function crashed(cloud: Cloud, service: ServiceRecord, instance: InstanceRecord): Diagnosis {
  const lines = cloud.logs.read(service.name).get(instance.name) ?? [];
  const words = lines.filter(({ run }) => run === instance.run).findLast(({ text }) => /\w*(Error|error:)/.test(text));
  return {
    Error: "Container worker0 crashed.",
    Causes: [
      `Container worker0 ended with exit code ${instance.lastRun?.exitCode ?? 1}.`,
      ...(words ? [words.text] : []),
    ],
    Advices: [
      "Inspect the instance log of the previous run.",
      ...(/base_model|not exist/i.test(words?.text ?? "") ? ["Check that storage mounts the model's folder."] : []),
    ],
  };
}

function outOfMemory(service: ServiceRecord): Diagnosis {
  return {
    Error: "Container worker0 was OOMKilled.",
    Causes: [`The container of service [${service.name}] used more memory than it has.`],
    Advices: ["Choose an instance type with more memory, or raise metadata.memory."],
  };
}

function outOfGpuMemory(cloud: Cloud, service: ServiceRecord, instance: InstanceRecord): Diagnosis | undefined {
  const lines = cloud.logs.read(service.name).get(instance.name) ?? [];
  const words = lines.findLast(({ run, text }) => run === instance.run && text.includes("CUDA out of memory"));
  return finding("The process ran out of GPU memory.", words?.text, [
    "Ask for smaller or fewer pictures at once, or choose an instance type with more GPU memory.",
  ]);
}

/** A check that ends the process had no more patience. */
function endedByProbe(service: ServiceRecord, { name, lastRun }: InstanceRecord): Diagnosis | undefined {
  const event = service.events.findLast((one) => one.instance === name && one.reason === "Unhealthy");
  if (!event || event.at < (lastRun?.startedAt ?? 0) || !/^(Liveness|Startup)/.test(event.message)) return undefined;
  return finding(`Container worker0 of service [${service.name}] is not healthy.`, event.message, [
    "Raise the check's initial_delay_seconds or failure_threshold, and look at its path and port.",
  ]);
}

function unhealthy(service: ServiceRecord, cause: string | undefined): Diagnosis | undefined {
  return finding(`Container worker0 of service [${service.name}] is not healthy.`, cause, [
    "Let containers[0].port be the port that the process listens on at 0.0.0.0, neither 8080 nor 9090.",
  ]);
}

function notMounted(cause: string | undefined): Diagnosis | undefined {
  return finding("Storage cannot be mounted.", cause, [
    "Check that the bucket exists in the service's region and that EAS may read it.",
  ]);
}

/** Nothing is wrong as long as nothing says so. */
function finding(error: string, cause: string | undefined, advices: string[]): Diagnosis | undefined {
  return cause === undefined ? undefined : { Error: error, Causes: [cause], Advices: advices };
}
