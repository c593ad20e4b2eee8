"use client";

import dynamic from "next/dynamic";
import { PlaygroundLoading } from "@/components/playground/playground-loading";
import { useServiceScope, useSnapshot } from "@/components/services/use-live";
import { bladeOf } from "@/lib/services/blade-state";

/** Its forms and rules come after the frame of the page is there. */
const Playground = dynamic(() => import("@/components/playground/playground").then((module) => module.Playground), {
  ssr: false,
  loading: PlaygroundLoading,
});

/** The playground of the service that this page belongs to, as the live stream has it. */
export function LivePlayground() {
  const { connectionId, name, rights } = useServiceScope();
  const snapshot = useSnapshot();
  const service = snapshot?.service;
  const blade = snapshot && bladeOf(snapshot, [])?.state;
  return (
    <Playground
      connectionId={connectionId}
      name={name}
      mayGenerate={rights.generate}
      mayOperate={rights.write}
      service={
        service && {
          status: service.status,
          isAsync: service.isAsync,
          func: service.flags?.func,
          translates: service.flags?.translate,
          blade: service.flags?.blade,
          optimizing: blade === "optimizing" || blade === "optimized",
          version: service.version.current,
          instanceType: service.instanceType,
        }
      }
    />
  );
}
