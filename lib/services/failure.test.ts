import { describe, expect, it } from "vitest";
import en from "@/lib/i18n/messages/en.json";
import { COMMAND, IMAGE } from "@/lib/service-config/config-view";
import { FIELDS, STORAGE_SOURCES } from "@/lib/service-config/fields";
import { showPath } from "@/lib/service-config/json-path";
import { explainFailure } from "./failure";
import { actionsFor, fieldFor } from "./failure-advice";
import { explainStuck, explainTrouble } from "./failure-serving";
import { REASON_CODES } from "./failure-signatures";
import { anEvent, anInstance, anObservation, aService, aServiceEvent, at, TRACEBACK } from "./fixtures";
import { lastException } from "./last-words";
import type { Observation } from "./observation";
import { toStages } from "./stages";

const crashing = anInstance({ status: "Running", reason: "CrashLoopBackOff", restartCount: 1 });
const crash = (message: string): Partial<Observation> => ({
  instances: [crashing],
  log: ["Traceback (most recent call last):", '  File "app.py"', ...message.split("\n")],
});
const pod = (reason: string, message: string): Partial<Observation> => ({
  events: [anEvent(5, reason, message, { type: "Warning" })],
});
const pull = (why: string) => pod("Failed", `Failed to pull image "reg/x:1": rpc error: code = Unknown desc = ${why}`);

const ofService = (message: string): Partial<Observation> => ({
  service: aService({ status: "Failed", message }),
  instances: [],
});

const CASES: [code: string, stage: string, changes: Partial<Observation>, params?: object][] = [
  [
    "base_model_missing",
    "loading",
    crash("ValueError: base_model dir must be provided to load the base model for diffusers!"),
  ],
  ["base_model_checkpoints", "loading", { instances: [crashing], log: TRACEBACK }, { ckpt: "0", safetensors: "2" }],
  [
    "controlnet_missing",
    "loading",
    crash("ValueError: The controlnet dir must be provided when using the function controlnet"),
  ],
  ["translate_missing", "loading", crash("ValueError: Please put the translation model in the translate dir.")],
  ["lora_too_many", "loading", crash("ValueError: only one lora model is allowed when init!")],
  [
    "safety_checker_incomplete",
    "loading",
    crash("OSError: Error no file named pytorch_model.bin found in directory /oss/base_model/safety_checker."),
  ],
  [
    "weights_missing",
    "loading",
    crash("OSError: Error no file named diffusion_pytorch_model.bin found in directory /oss/base_model/unet."),
    { file: "diffusion_pytorch_model.bin", folder: "/oss/base_model/unet" },
  ],
  [
    "weights_missing",
    "loading",
    crash(
      "OSError: Error no file named pytorch_model.bin, tf_model.h5 or flax_model.msgpack found in directory /oss/base_model/text_encoder.",
    ),
    { file: "pytorch_model.bin", folder: "/oss/base_model/text_encoder" },
  ],
  [
    "components_differ",
    "loading",
    crash("ValueError: Pipeline <class> expected {'vae'}, but only {'unet'} were passed."),
  ],
  [
    "model_too_new",
    "loading",
    crash("AttributeError: module 'diffusers' has no attribute 'StableDiffusion3Pipeline'"),
    { name: "StableDiffusion3Pipeline" },
  ],
  [
    "architecture_unsupported",
    "loading",
    crash(
      'RuntimeError: Error(s) in loading state_dict for UNet2DConditionModel:\n\tMissing key(s) in state_dict: "a".',
    ),
  ],
  ["config_unreadable", "loading", crash("json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)")],
  [
    "mount_read_only",
    "loading",
    crash("OSError: [Errno 30] Read-only file system: '/oss/base_model/unet'"),
    { path: "/oss/base_model/unet" },
  ],
  [
    "internet_needed",
    "loading",
    crash(
      "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='raw.githubusercontent.com', port=443): Max retries exceeded",
    ),
  ],
  ["gpu_memory", "loading", crash("torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB")],
  [
    "gpu_unsupported",
    "loading",
    crash("RuntimeError: CUDA error: no kernel image is available for execution on the device"),
  ],
  [
    "function_unknown",
    "loading",
    crash("ValueError: Unrecognized function name: video. We support base(t2i)/controlnet"),
    { name: "video" },
  ],
  [
    "container_message",
    "loading",
    crash("ZeroDivisionError: division by zero"),
    { message: "ZeroDivisionError: division by zero" },
  ],
  [
    "controlnet_unsupported",
    "loading",
    crash("RuntimeError: Error(s) in loading state_dict for ControlNetModel:\n\tMissing key(s)"),
  ],
  ["lora_unsupported", "loading", crash("KeyError: 'unet.down_blocks.weight'")],
  [
    "lora_unsupported",
    "loading",
    crash(
      "ValueError: A dict of processors was passed, but the number of processors 140 does not match. Please make sure to pass 32 processor classes.",
    ),
  ],
  ["weights_damaged", "loading", crash("safetensors_rust.SafetensorError: Error while deserializing header: x")],
  [
    "weights_damaged",
    "loading",
    crash("OSError: Unable to load weights from checkpoint file for '/oss/base_model/unet/a.bin' at 'b'."),
    { file: "/oss/base_model/unet/a.bin" },
  ],
  [
    "weights_pointer",
    "loading",
    crash("OSError: You seem to have cloned a repository without having git-lfs installed."),
  ],
  ["tokenizer_missing", "loading", crash("OSError: Can't load tokenizer for '/oss/base_model/tokenizer'. If you")],
  [
    "file_missing",
    "loading",
    crash("FileNotFoundError: [Errno 2] No such file or directory: '/oss/base_model/vae/x'"),
    { path: "/oss/base_model/vae/x" },
  ],
  [
    "mount_io",
    "loading",
    crash("OSError: [Errno 5] Input/output error: '/oss/base_model'"),
    { path: "/oss/base_model" },
  ],
  [
    "arguments_wrong",
    "loading",
    {
      instances: [crashing],
      log: [
        "[2026-11-22 18:00:30] usage: app.py [-h]",
        "[2026-11-22 18:00:30] app.py: error: unrecognized arguments: --x",
      ],
    },
    { message: "unrecognized arguments: --x" },
  ],
  [
    "command_not_found",
    "loading",
    { instances: [crashing], log: ["[2026-11-22 18:00:30] /bin/sh: 1: pyton: not found"] },
    { name: "pyton" },
  ],
  ["crash_silent", "loading", { instances: [crashing] }, { restarts: 1 }],
  [
    "crash_request",
    "loading",
    {
      instances: [crashing],
      events: [aServiceEvent(5, "Started"), anEvent(9, "BackOff", "Back-off restarting failed container")],
    },
  ],
  [
    "probe_budget",
    "loading",
    {
      instances: [crashing],
      events: [
        anEvent(5, "Unhealthy", "Liveness probe failed: budget of 40s used up", { type: "Warning" }),
        anEvent(6, "Killing", "Container worker0 failed liveness probe, will be restarted"),
      ],
    },
  ],
  [
    "host_memory",
    "loading",
    { instances: [anInstance({ ...crashing, lastState: [{ terminated: { reason: "OOMKilled" } }] })] },
  ],
  [
    "out_of_stock",
    "resources",
    pod(
      "FailedScheduling",
      "0/0 nodes are available: Insufficient nvidia.com/gpu. Instance type [ecs.x] is out of stock in region r.",
    ),
    { instanceType: "ecs.x" },
  ],
  ["gpu_count", "resources", pod("FailedScheduling", "0/4 nodes are available: Insufficient nvidia.com/gpu.")],
  ["unschedulable", "resources", pod("FailedScheduling", "0/4 nodes are available: Insufficient memory.")],
  [
    "group_full",
    "resources",
    {
      ...pod("FailedScheduling", "0/4 nodes are available: Insufficient cpu."),
      service: aService({ config: '{"metadata":{"resource":"eas-r-abc"}}' }),
    },
  ],
  [
    "spot_reclaimed",
    "resources",
    {
      ...pod("Preempted", "The spot instance is going to be reclaimed"),
      instances: [anInstance({ isSpot: true })],
      service: aService({ status: "Scaling" }),
    },
  ],
  [
    "spot_reclaimed",
    "resources",
    {
      // The new instance waits for a machine, and came long after the notice.
      events: [
        aServiceEvent(0, "Creating"),
        anEvent(5, "Started"),
        anEvent(100, "Preempted", "The preemptible machine is reclaimed.", { type: "Warning" }),
        anEvent(301, "FailedScheduling", "0/0 nodes are available", { type: "Warning" }),
      ],
      instances: [anInstance({ createdAt: at(300) })],
      service: aService({ config: '{"cloud":{"computing":{"instances":[{"type":"x","spot_price_limit":9}]}}}' }),
    },
  ],
  ["arrears", "resources", pod("FailedScheduling", "The account has an overdue payment: no instance is started")],
  [
    "mount_bucket_missing",
    "mounts",
    pod(
      "FailedMount",
      'MountVolume.SetUp failed for volume "/oss": oss bucket nope check failed: NoSuchBucket, The specified bucket does not exist.',
    ),
  ],
  [
    "mount_other_region",
    "mounts",
    pod("FailedMount", "oss endpoint oss-cn-beijing.aliyuncs.com is not in region cn-hangzhou"),
  ],
  ["mount_denied", "mounts", pod("FailedMount", "oss bucket x check failed: AccessDenied")],
  ["mount_unreachable", "mounts", pod("FailedMount", "oss bucket x check failed: dial tcp: i/o timeout")],
  ["mount_failed", "mounts", pod("FailedMount", "something else")],
  [
    "image_denied",
    "image",
    pull("pull access denied, repository does not exist or may require authorization"),
    { image: "reg/x:1" },
  ],
  ["image_host_unknown", "image", pull("dial tcp: lookup reg: no such host")],
  ["image_unreachable", "image", pull("dial tcp: i/o timeout")],
  ["image_unreachable", "image", pull("dial tcp: i/o timeout, reg/x:20240115")],
  ["image_unreachable", "image", pull('Get "https://reg/v2/x/manifests/1-403-unauthorized": dial tcp: i/o timeout')],
  ["image_denied", "image", pull("failed with status code [manifests 1]: 403 Forbidden")],
  ["image_missing", "image", pull("reg/x:1: not found")],
  ["image_disk_full", "image", pull("write /var/lib: no space left on device")],
  ["image_failed", "image", pull("who knows")],
  [
    "port_reserved",
    "answering",
    pod("Unhealthy", "Readiness probe failed: dial tcp 10.0.0.1:8080: the port is reserved by the engine"),
    { port: "8080" },
  ],
  [
    "port_silent",
    "answering",
    pod("Unhealthy", "Readiness probe failed: dial tcp 10.0.0.1:9000: connect: connection refused"),
    { port: "9000" },
  ],
  ["probe_failed", "answering", pod("Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 500")],
  ["arrears", "accepted", ofService("The account is in arrears, please recharge")],
  ["quota", "accepted", ofService("The request exceeds the quota of GPUs in this region")],
  ["workspace", "accepted", ofService("Workspace 123 does not exist")],
  ["path_missing", "accepted", ofService("model path oss://b/x not found")],
  [
    "out_of_stock",
    "accepted",
    {
      ...ofService("The resources are out of stock"),
      service: aService({ message: "The resources are out of stock" }),
    },
  ],
  ["service_message", "accepted", ofService("Something broke"), { message: "Something broke" }],
  [
    "diagnosis",
    "accepted",
    { ...ofService("Something broke"), diagnosis: [{ error: "It broke.", causes: ["why"], advices: ["mend it"] }] },
    { error: "It broke." },
  ],
];

const up = anInstance({ status: "Running", ready: { processes: 2, total: 2 } });
const running = { service: aService({ status: "Running" }), instances: [up] };
const NOW = Date.parse(at(60));
/** Troubles of a service that answers. */
const TROUBLES: [code: string, changes: Partial<Observation>, call?: { code: number; message: string; at: string }][] =
  [
    [
      "host_memory_restarted",
      {
        ...running,
        instances: [{ ...up, restartCount: 1, lastState: [{ terminated: { reason: "OOMKilled" } }] }],
        events: [anEvent(50, "Failed", "Container worker0 was OOMKilled")],
      },
    ],
    [
      "gpu_memory_request",
      { ...running, log: ["[2026-11-22 18:00:50] RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB"] },
    ],
    ["keepalive", running, { code: 408, message: "timeout", at: at(55) }],
  ];

describe("explainFailure", () => {
  it.each(CASES)("%s, held up at %s", (code, stage, changes, params = {}) => {
    const failure = explainFailure(anObservation(changes));
    expect(failure).toMatchObject({ code, stage, params });
    expect(failure?.proof.text).not.toBe("");
  });

  it("has a case and a text for every code", () => {
    const covered = [...CASES.map(([code]) => code), ...TROUBLES.map(([code]) => code), "unknown"];
    expect(new Set(covered)).toEqual(new Set(REASON_CODES));
    const texts: Record<string, unknown> = en.reasons;
    for (const code of REASON_CODES) expect(actionsFor(code).length, code).toBeGreaterThan(0);
    for (const code of REASON_CODES)
      expect(texts[code]).toMatchObject({ title: expect.any(String), next: expect.any(String) });
  });

  it("sends only to fields that a form has", () => {
    const paths = [...Object.values(FIELDS).flat(), ...STORAGE_SOURCES.oss].map(({ path }) => showPath(path));
    const known = [...paths, showPath(COMMAND), showPath(IMAGE), "model"];
    for (const code of REASON_CODES) {
      const field = fieldFor(code)?.replace(/#.*|^model\./g, "");
      if (field)
        expect(
          known.some((path) => path.startsWith(field)),
          `${code}: ${field}`,
        ).toBe(true);
      expect(field === undefined || actionsFor(code).includes("edit_config"), code).toBe(true);
    }
  });

  it.each<[string, Partial<Observation>]>([
    ["a start that is under way", {}],
    [
      "a scheduling problem that is over",
      { events: [anEvent(5, "FailedScheduling", "out of stock"), anEvent(9, "Scheduled")] },
    ],
    [
      "a pull that worked in the end",
      { events: [anEvent(5, "Failed", 'Failed to pull image "x": timeout'), anEvent(9, "Pulled")] },
    ],
    ["a mount that worked in the end", { events: [anEvent(5, "FailedMount", "x"), anEvent(9, "Pulling")] }],
    [
      "trouble of an instance before this one",
      { instances: [anInstance({ createdAt: at(100) })], events: [anEvent(5, "FailedMount", "x")] },
    ],
    [
      "a service that was stopped",
      { service: aService({ status: "Stopped" }), events: [anEvent(5, "FailedMount", "x")] },
    ],
    [
      "a traceback of a service that serves",
      {
        service: aService({ status: "Running" }),
        instances: [anInstance({ status: "Running", ready: { processes: 2, total: 2 } })],
        log: TRACEBACK,
      },
    ],
    ["a service's own word of the same name", { events: [aServiceEvent(5, "FailedScheduling", "out of stock")] }],
  ])("says nothing about %s", (_, changes) => {
    expect(explainFailure(anObservation(changes))).toBeUndefined();
  });

  it("knows whether EAS goes on trying", () => {
    const trying = anObservation({ instances: [crashing], log: TRACEBACK });
    expect(explainFailure(trying)?.retrying).toBe(true);
    expect(explainFailure({ ...trying, service: aService({ status: "Failed" }) })?.retrying).toBe(false);
  });

  it.each<[string, Partial<Observation>, string[]]>([
    [
      "a silent crash",
      { instances: [crashing], log: ["[2026-11-22 18:00:40] loading"] },
      ["instance CrashLoopBackOff", "event Creating: ", "log loading"],
    ],
    [
      "words of the container",
      crash("ZeroDivisionError: division by zero"),
      ["log ZeroDivisionError: division by zero", "event Creating: "],
    ],
    [
      "words of EAS",
      { ...ofService("Something broke"), log: ["[2026-11-22 18:00:40] loading"] },
      ["service Something broke", "event Creating: ", "log loading"],
    ],
  ])("shows all that was seen where the cause is not known: %s", (_, changes, expected) => {
    const facts = explainFailure(anObservation(changes))?.facts;
    expect(facts?.map(({ source, text }) => `${source} ${text}`)).toEqual(expected);
  });

  it("shows the one proof of a cause that is known", () => {
    expect(explainFailure(anObservation({ instances: [crashing], log: TRACEBACK }))).not.toHaveProperty("facts");
  });

  const blamed = (changes: Partial<Observation>) =>
    explainFailure(anObservation({ instances: [crashing], ...changes }))?.code;
  const work = Array.from({ length: 20 }, (_, n) => `[INFO] picture ${n}`);

  it.each<[string, string[]]>([
    ["a request that failed, after which it worked on", [...TRACEBACK, ...work]],
    [
      "Blade that failed to load",
      [...TRACEBACK, "Load pre-optimized blade model failed! Use the original diffuser model!"],
    ],
  ])("does not blame a silent crash on %s", (_, log) => {
    expect(blamed({ log })).toBe("crash_silent");
  });

  it("believes the run before this one, however much this one has said", () => {
    const log = [...TRACEBACK, ...work];
    expect(blamed({ log, previousLines: TRACEBACK.length })).toBe("base_model_checkpoints");
  });

  it("finds the crash although events come newest first", () => {
    const events = [
      anEvent(9, "BackOff", "Back-off restarting failed container"),
      anEvent(5, "Started"),
      anEvent(3, "Scheduled"),
    ];
    expect(explainFailure(anObservation({ instances: [anInstance({ status: "Running" })], events }))?.code).toBe(
      "crash_silent",
    );
  });
});

/** eas-service-lifecycle.md §4, row by row, and the reason that speaks for it. */
const ROWS: [row: string, codes: string[]][] = [
  ["Image: wrong name, no right", ["image_denied", "image_missing"]],
  ["Image: registry not resolvable", ["image_host_unknown"]],
  ["Image: registry unreachable", ["image_unreachable"]],
  ["Image larger than disk", ["image_disk_full"]],
  ["Public stock exhausted", ["out_of_stock"]],
  ["Dedicated group full", ["group_full"]],
  ["GPU count/type mismatch", ["gpu_count"]],
  ["OSS path/permission wrong, other region", ["mount_bucket_missing", "mount_denied", "mount_other_region"]],
  ["Model folder missing", ["base_model_missing"]],
  ["Declared resource missing at deploy", ["path_missing"]],
  ["Crash at start", ["container_message", "crash_silent"]],
  ["Port mismatch / reserved / binds 127.0.0.1", ["port_silent", "port_reserved"]],
  ["Probe budget too short", ["probe_budget"]],
  ["Host OOM", ["host_memory", "host_memory_restarted"]],
  ["GPU OOM", ["gpu_memory_request"]],
  ["Request longer than keepalive", ["keepalive"]],
  ["Spot reclaimed", ["spot_reclaimed"]],
];

it.each(ROWS)("has an answer for the row “%s”", (_, codes) => {
  const covered: string[] = [...CASES, ...TROUBLES].map(([code]) => code);
  for (const code of codes) expect(covered).toContain(code);
});

describe("a service that answers", () => {
  it.each(TROUBLES)("may still be in trouble: %s", (code, changes, call) => {
    const observation = anObservation(changes);
    expect(explainFailure(observation)).toBeUndefined();
    expect(explainTrouble(observation, NOW, call)).toMatchObject({ code, serving: true });
    // An hour and more later it says nothing about now.
    expect(explainTrouble(observation, NOW + 3 * 3_600_000, call)).toBeUndefined();
  });

  it("and is at peace otherwise, whatever was refused for another reason", () => {
    const call = { code: 460, message: "no", at: at(55) };
    expect(explainTrouble(anObservation(running), NOW, call)).toBeUndefined();
  });
});

describe("what takes too long", () => {
  const waiting = anObservation({ events: [aServiceEvent(0, "Creating"), anEvent(3, "Scheduled")] });
  const afterMinutes = (minutes: number, usualMs?: number) => {
    const stages = toStages(waiting, { usual: { mounts: usualMs, resources: usualMs } });
    return explainStuck(waiting, stages, Date.parse(at(minutes * 60)));
  };

  it("is still normal for a quarter of an hour, or for three times the usual", () => {
    expect(afterMinutes(14)).toBeUndefined();
    expect(afterMinutes(16)).toMatchObject({ code: "unknown" });
    expect(afterMinutes(16, 10 * 60_000)).toBeUndefined();
    expect(afterMinutes(4, 60_000)).toMatchObject({ code: "unknown" });
  });

  it("shows all that was seen, and no guess", () => {
    expect(afterMinutes(16)?.facts?.map(({ source }) => source)).toEqual(["event"]);
    const more = {
      ...waiting,
      service: aService({ message: "Waiting [Total: 1]" }),
      log: ["[2026-11-22 18:00:30] hm"],
      diagnosis: [{ error: "e", causes: [], advices: [] }],
    };
    const facts = explainStuck(more, toStages(more), Date.parse(at(3600)))?.facts;
    expect(facts?.map(({ source, text }) => `${source} ${text}`)).toEqual([
      "service Waiting [Total: 1]",
      "event Scheduled: ",
      "log hm",
      "diagnosis e",
    ]);
  });
});

describe("lastException", () => {
  it("takes the last of several tracebacks", () => {
    const log = [
      ...TRACEBACK,
      "ready",
      "Traceback (most recent call last):",
      '  File "x"',
      "KeyError: 'b'",
      "[INFO] bye",
    ];
    expect(lastException(log)).toBe("KeyError: 'b'");
  });

  it("keeps a message of several lines together", () => {
    expect(
      lastException(["Traceback (most recent call last):", "  File", "RuntimeError: a", "\tMissing", "next"]),
    ).toBe("RuntimeError: a\n\tMissing");
  });

  it("needs a traceback", () => {
    expect(lastException(["ValueError: written by hand"])).toBeUndefined();
  });
});
