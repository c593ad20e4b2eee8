import { EXTRA_DISK } from "../config-view";
import { type Path, valueAt } from "../json-path";
import { worstCaseSeconds } from "../timing";
import { finder, type Rule } from "./finding";

/** Above this a synchronous call ties up caller and gateway longer than either likes (eas-gateway-and-queue.md §3). */
const LONG_SYNC_MS = 600_000;
/** What EAS takes when the key is absent: too short for any picture. */
const STANDARD_KEEPALIVE_MS = 5000;
const STANDARD_WORKERS = 5;
/** The image unpacked, with room for what the container writes. */
const DISK_FOR_IMAGE_GB = 80;
const CONTAINER_PORT = 8000;
const RESERVED_PORTS = [8080, 9090];

const KEEPALIVE: Path = ["metadata", "rpc", "keepalive"];
const WORKERS: Path = ["metadata", "rpc", "worker_threads"];
const PORT: Path = ["containers", 0, "port"];
const TYPE: Path = ["metadata", "type"];
const DELIVERY: Path = ["queue", "max_delivery"];

export const timeRules: Rule = (input) => {
  const { view, facts } = input;
  const find = finder(input);
  const blade = view.parsed?.flags.blade ?? false;
  const keepaliveMs = view.keepaliveMs ?? STANDARD_KEEPALIVE_MS;
  const needed = worstCaseSeconds(blade, facts.expected);
  const seconds = Math.round(keepaliveMs / 1000);
  // Whole minutes, with a fifth to spare.
  const enough = Math.ceil((needed * 1.2) / 60) * 60_000;
  return [
    view.isDiffusers &&
      seconds < needed &&
      find("warning", "keepalive_short", KEEPALIVE, {
        params: { seconds, needed },
        facts: [
          facts.expected &&
            `${facts.expected.width} × ${facts.expected.height}, ${facts.expected.steps} steps, × ${facts.expected.count}`,
        ],
        repair: [{ path: KEEPALIVE, value: enough }],
      }),
    !view.isAsync &&
      keepaliveMs > LONG_SYNC_MS &&
      find("info", "sync_long_requests", KEEPALIVE, { params: { seconds } }),
    view.isDiffusers &&
      (view.workerThreads ?? STANDARD_WORKERS) !== 1 &&
      find("warning", "worker_threads", WORKERS, {
        params: { count: view.workerThreads ?? STANDARD_WORKERS },
        repair: [{ path: WORKERS, value: 1 }],
      }),
  ];
};

export const queueRules: Rule = (input) => {
  const { view, value } = input;
  const find = finder(input);
  const queue = valueAt(value, ["queue"]);
  if (!view.isAsync)
    return [
      queue !== undefined &&
        find("info", "queue_without_async", ["queue"], { repair: [{ path: ["queue"], value: undefined }] }),
    ];
  const delivery = valueAt(value, DELIVERY);
  return [
    delivery !== 1 &&
      find("warning", "queue_max_delivery", DELIVERY, {
        params: { count: typeof delivery === "number" ? delivery : "∅" },
        repair: [{ path: DELIVERY, value: 1 }],
      }),
    view.isDiffusers && find("info", "async_no_base64", TYPE),
  ];
};

export const portRules: Rule = (input) => {
  const { view, level } = input;
  const find = finder(input);
  const { port } = view;
  if (port === undefined) return [];
  const repair = view.isDiffusers ? [{ path: PORT, value: CONTAINER_PORT }] : undefined;
  const params = { port, right: CONTAINER_PORT };
  if (RESERVED_PORTS.includes(port)) return [find("error", "port_reserved", PORT, { params, repair })];
  return [view.isDiffusers && port !== CONTAINER_PORT && find(level, "port_differs", PORT, { params, repair })];
};

/** The free disk, what is added, and what has to fit. */
export const diskRules: Rule = (input) => {
  const { view, facts } = input;
  const reported = facts.model !== undefined && facts.model.uri === view.model?.uri ? facts.model.report : undefined;
  const modelGb = Math.ceil((reported?.sizeBytes ?? 0) / 1e9);
  const needed = DISK_FOR_IMAGE_GB + modelGb;
  if (!view.isDiffusers || view.isOwnImage || view.diskGb >= needed) return [];
  const extra = view.extraDiskGb + Math.ceil((needed - view.diskGb) / 10) * 10;
  return [
    finder(input)("warning", "disk_small", EXTRA_DISK, {
      params: { gb: view.diskGb, needed },
      shows: [EXTRA_DISK, ["metadata", "disk"]],
      repair: [{ path: EXTRA_DISK, value: `${extra}Gi` }],
    }),
  ];
};

/** A command that is not the container's own is taken at its word; said once, so that nobody wonders about the missing switches. */
export const ownImageRules: Rule = (input) => {
  const { view } = input;
  return [
    view.isOwnImage &&
      view.isDiffusers &&
      finder(input)("info", "own_image", ["containers", 0, "image"], {
        shows: [["containers", 0, "image"], view.startPath],
      }),
  ];
};
