import { describe, expect, it } from "vitest";
import en from "@/lib/i18n/messages/en.json";
import { explainFailure, lastException } from "./failure";
import { REASON_CODES } from "./failure-signatures";
import { anEvent, anInstance, anObservation, aService, aServiceEvent, at, TRACEBACK } from "./fixtures";
import type { Observation } from "./observation";

const crashing = anInstance({ status: "Running", reason: "CrashLoopBackOff", restartCount: 1 });
const crash = (message: string): Partial<Observation> => ({
  instances: [crashing],
  log: ["Traceback (most recent call last):", '  File "app.py"', ...message.split("\n")],
});
const pod = (reason: string, message: string): Partial<Observation> => ({
  events: [anEvent(5, reason, message, { type: "Warning" })],
});
const pull = (why: string) => pod("Failed", `Failed to pull image "reg/x:1": rpc error: code = Unknown desc = ${why}`);

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
  ["crash_silent", "loading", { instances: [crashing] }, { restarts: 1 }],
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
  ["unschedulable", "resources", pod("FailedScheduling", "0/4 nodes are available: Insufficient nvidia.com/gpu.")],
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
  ["mount_failed", "mounts", pod("FailedMount", "something else")],
  [
    "image_denied",
    "image",
    pull("pull access denied, repository does not exist or may require authorization"),
    { image: "reg/x:1" },
  ],
  ["image_host_unknown", "image", pull("dial tcp: lookup reg: no such host")],
  ["image_unreachable", "image", pull("dial tcp: i/o timeout")],
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
  [
    "service_message",
    "accepted",
    { service: aService({ status: "Failed", message: "model path not found" }), instances: [] },
    { message: "model path not found" },
  ],
];

describe("explainFailure", () => {
  it.each(CASES)("%s, held up at %s", (code, stage, changes, params = {}) => {
    const failure = explainFailure(anObservation(changes));
    expect(failure).toMatchObject({ code, stage, params });
    expect(failure?.proof.text).not.toBe("");
  });

  it("has a case and a text for every code", () => {
    expect(new Set(CASES.map(([code]) => code))).toEqual(new Set(REASON_CODES));
    const texts: Record<string, unknown> = en.reasons;
    for (const code of REASON_CODES)
      expect(texts[code]).toMatchObject({ title: expect.any(String), next: expect.any(String) });
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
