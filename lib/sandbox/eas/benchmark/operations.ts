import { randomBytes } from "node:crypto";
import type { Call, Handler } from "@/lib/sandbox/eas/cloud";
import { ApiFault, invalidParameter, operationConflict } from "@/lib/sandbox/eas/fault";
import { mergeJson } from "@/lib/sandbox/eas/json-path";
import { bodyObject, oneOf, pageOf, readOrder, readPaging, textParameter, toTimestamp } from "@/lib/sandbox/eas/query";
import { endpointsOf } from "@/lib/sandbox/eas/wire";
import { readPlan } from "./plan";
import { type BenchmarkTask, TASK_STATUSES, type TaskStatus } from "./records";
import { toReport } from "./report";

/* CreateBenchmarkTask and its kin (reference: eas-openapi.md §7.7). */

const ID_LETTERS = 18;

/** The task begins at once. */
export const createBenchmarkTask: Handler = async (call) => {
  const { cloud } = call;
  const config = bodyObject(call.body);
  const { serviceName } = readPlan(config);
  requireService(call, serviceName);
  const now = cloud.clock.now();
  const task: BenchmarkTask = {
    id: `eas-b-${randomBytes(ID_LETTERS).toString("hex").slice(0, ID_LETTERS)}`,
    name: `benchmark-${serviceName.replaceAll("_", "-")}-${randomBytes(2).toString("hex")}`,
    serviceName,
    status: "Creating",
    message: "",
    createdAt: now,
    updatedAt: now,
    config,
    measured: { seconds: [], statuses: {} },
  };
  await cloud.benchmarks.begin(task, "Creating");
  // The two blanks are the vendor's.
  return { TaskName: task.name, Region: cloud.region, Message: `Benchmark  task [${task.name}] is Creating` };
};

export const updateBenchmarkTask: Handler = async (call) => {
  const task = taskOf(call);
  refuseWhile(task, "update", ["Creating", "Updating", "Stopping", "Deleting"]);
  const config = mergeJson(task.config, bodyObject(call.body));
  const { serviceName } = readPlan(config);
  requireService(call, serviceName);
  task.config = config;
  task.serviceName = serviceName;
  // What runs begins anew with the new configuration; what does not waits for its start.
  if (task.status === "Running" || task.status === "Starting") await call.cloud.benchmarks.begin(task, "Updating");
  else await call.cloud.benchmarks.save(task);
  return { Message: `Benchmark task [${task.name}] is Updating` };
};

export const startBenchmarkTask: Handler = async (call) => {
  const task = taskOf(call);
  refuseWhile(task, "start", ["Creating", "Starting", "Running", "Stopping", "Updating", "Deleting"]);
  await call.cloud.benchmarks.begin(task, "Starting");
  return { Message: `Benchmark task [${task.name}] is Starting` };
};

export const stopBenchmarkTask: Handler = async (call) => {
  const task = taskOf(call);
  refuseWhile(task, "stop", ["Stopping", "Stopped", "Deleting", "Error"]);
  await call.cloud.benchmarks.stop(task);
  return { Message: `Benchmark task [${task.name}] is Stopping` };
};

export const deleteBenchmarkTask: Handler = async (call) => {
  const task = taskOf(call);
  if (task.status !== "Deleting") await call.cloud.benchmarks.remove(task);
  return { Message: `Benchmark task [${task.name}] is Deleting` };
};

export const describeBenchmarkTask: Handler = (call) => {
  const task = taskOf(call);
  const { cloud } = call;
  const { agents, token } = readPlan(task.config);
  return {
    TaskId: task.id,
    TaskName: task.name,
    ServiceName: task.serviceName,
    Status: task.status,
    Reason: task.status.toUpperCase(),
    Message: task.message,
    DesiredAgent: agents,
    AvailableAgent: availableAgents(task),
    Endpoint: new URL(endpointsOf(task.serviceName, cloud).InternetEndpoint).host,
    Token: token ?? cloud.services.get(task.serviceName)?.token ?? "",
    CallerUid: cloud.account.uid,
    ParentUid: cloud.account.uid,
  };
};

export const listBenchmarkTask: Handler = ({ cloud, query }) => {
  const part = textParameter(query, "Filter");
  const service = textParameter(query, "ServiceName");
  const status = oneOf("Status", textParameter(query, "Status"), [...TASK_STATUSES, "CreateFailed", "DeleteFailed"]);
  const method = textParameter(query, "RequestMethod") ?? "POST";
  // Models have no stress tests of their own here.
  const model = textParameter(query, "ModelId");
  const sort = oneOf("Sort", textParameter(query, "Sort") ?? "CreateTime", ["CreateTime", "UpdateTime", "TaskName"]);
  const key = (task: BenchmarkTask) =>
    sort === "TaskName" ? task.name : sort === "UpdateTime" ? task.updatedAt : task.createdAt;
  const direction = readOrder(query);
  const found = cloud.benchmarks
    .all()
    .filter(
      (task) =>
        (part === undefined || task.name.includes(part)) &&
        (service === undefined || task.serviceName === service) &&
        (status === undefined || task.status === status) &&
        method === "POST" &&
        model === undefined,
    )
    .sort((a, b) => (key(a) === key(b) ? (a.name < b.name ? -1 : 1) : key(a) < key(b) ? -direction : direction));
  const paging = readPaging(query);
  return {
    Tasks: pageOf(found, paging).map((task) => ({
      TaskId: task.id,
      TaskName: task.name,
      ServiceName: task.serviceName,
      Status: task.status,
      AvailableAgent: availableAgents(task),
      CreateTime: toTimestamp(task.createdAt),
      UpdateTime: toTimestamp(task.updatedAt),
      Message: task.message,
      Region: cloud.region,
    })),
    PageNumber: paging.number,
    PageSize: paging.size,
    TotalCount: found.length,
  };
};

export const describeBenchmarkTaskReport: Handler = (call) => {
  const task = taskOf(call);
  const type = oneOf("ReportType", textParameter(call.query, "ReportType") ?? "RAW", ["RAW", "Report"]);
  if (type === "RAW") return { Data: toReport(task.measured) };
  // The vendor's address; the page is not made here.
  return { ReportUrl: `http://eas-benchmark.oss-${call.cloud.region}.aliyuncs.com/summary/${task.name}.html` };
};

function availableAgents(task: BenchmarkTask): number {
  return task.status === "Running" ? readPlan(task.config).agents : 0;
}

function requireService({ cloud }: Call, name: string): void {
  if (!cloud.services.get(name)) throw invalidParameter(`service.serviceName [${name}] is not found.`);
}

function taskOf({ cloud, params }: Call): BenchmarkTask {
  const name = params.task ?? "";
  const task = params.cluster === cloud.region ? cloud.benchmarks.get(name) : undefined;
  if (!task) throw new ApiFault(404, "InvalidBenchmarkTask.NotFound", `Benchmark task [${name}] is not found.`);
  return task;
}

function refuseWhile({ name, status }: BenchmarkTask, verb: string, statuses: readonly TaskStatus[]): void {
  if (statuses.includes(status))
    throw operationConflict(`Benchmark task [${name}] cannot ${verb} while its status is [${status}].`);
}
