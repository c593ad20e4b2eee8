"use client";

import { Playground } from "@/components/playground/playground";
import { useServiceScope, useSnapshot } from "@/components/services/use-live";

/** The playground of the service that this page belongs to, as the live stream has it. */
export function LivePlayground() {
  const { connectionId, name, rights } = useServiceScope();
  const service = useSnapshot()?.service;
  return (
    <Playground
      connectionId={connectionId}
      name={name}
      mayGenerate={rights.generate}
      service={service && { status: service.status, func: service.flags?.func, translates: service.flags?.translate }}
    />
  );
}
