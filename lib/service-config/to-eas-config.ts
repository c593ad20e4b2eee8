import { regionPinyin } from "@/lib/connection";
import { toCommand } from "./command";
import { imageAddress } from "./defaults";
import type { Draft } from "./draft";
import { toLimits } from "./form";
import type { MachineFacts } from "./machine";
import { toOssUri } from "./oss-uri";

/** The service configuration, as far as we write it (eas-service-json.md §10). */
export interface EasConfig {
  name: string;
  metadata: Record<string, unknown>;
  cloud: { computing: { instance_type: string } };
  containers: { image: string; command: string; port: number }[];
  storage: { mount_path: string; oss: { path: string; readOnly: boolean } }[];
  features?: Record<string, string>;
  queue?: Record<string, number>;
}

/** The program listens here (eas-service-json.md §4). */
const CONTAINER_PORT = 8000;

/**
 * What CreateService is sent. `machine` is the chosen instance type as EAS describes it; without it the limits are left
 * out, which gives the container the whole machine.
 */
export function toEasConfig(draft: Draft, machine?: MachineFacts): EasConfig {
  const { check, model, service } = draft;
  const result = toOssUri(check.bucket, service.resultPath);
  return {
    name: service.name,
    metadata: {
      name: service.name,
      instance: service.instances,
      ...(machine && toLimits(machine)),
      ...(service.workspaceId && { workspace_id: service.workspaceId }),
      // One pipeline on one card: a second request at the same time would only slow both.
      rpc: { keepalive: service.keepaliveMs, worker_threads: 1 },
      ...(service.mode === "async" && { type: "Async" }),
    },
    cloud: { computing: { instance_type: service.instanceType } },
    containers: [
      {
        image: imageAddress(service.image, service.region),
        command: toCommand({
          func: service.func,
          ossSaveDir: result,
          region: regionPinyin(service.region) ?? service.region,
          blade: service.blade,
          translate: service.translate,
          closeSafety: service.closeSafety,
        }),
        port: CONTAINER_PORT,
      },
    ],
    // Both are written: conversion and Blade write below /oss, the pictures go to /result.
    storage: [
      { mount_path: "/oss", oss: { path: toOssUri(model.bucket, service.modelPath), readOnly: false } },
      { mount_path: "/result", oss: { path: result, readOnly: false } },
    ],
    ...(service.extraDiskGb > 0 && {
      features: { "eas.aliyun.com/extra-ephemeral-storage": `${service.extraDiskGb}Gi` },
    }),
    // A failed picture is not tried again: the next try would fail alike and hold the queue up.
    ...(service.mode === "async" && { queue: { cpu: 1, memory: 4000, max_delivery: 1 } }),
  };
}

export function toConfigJson(config: EasConfig): string {
  return JSON.stringify(config, null, 2);
}
