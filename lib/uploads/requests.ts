/** The browser's side of an upload's beginning, its sign of life and its end. */
import type { z } from "zod";
import { inConnection, postJson } from "@/lib/fetch-json";
import type { BeginUploadReply, BeginUploadSchema, ProbeReply } from "@/lib/oss/upload/wire";
import type { FinishedUpload, FinishUploadSchema } from "./schemas";

/** Asks for the right to write below one prefix; refused with `conflict` while somebody else is writing there. */
export function beginUpload(
  connectionId: string,
  input: z.input<typeof BeginUploadSchema>,
): Promise<z.output<typeof BeginUploadReply>> {
  return postJson<z.input<typeof BeginUploadReply>>(inConnection(connectionId, "/api/oss/uploads"), input);
}

export type Probe = z.output<typeof ProbeReply>;

export function openProbe(connectionId: string, id: string, signal: AbortSignal): Promise<Probe> {
  return postJson<z.input<typeof ProbeReply>>(inConnection(connectionId, `/api/oss/uploads/${id}/probe`), null, signal);
}

/** Never fails: what stays behind is removed by the end of the upload. */
export async function closeProbe(connectionId: string, id: string, { path, uploadId }: Probe): Promise<void> {
  const address = inConnection(connectionId, `/api/oss/uploads/${id}/probe/close`);
  await postJson<null>(address, { path, uploadId }).catch(() => undefined);
}

export function finishUpload(
  connectionId: string,
  id: string,
  input: z.input<typeof FinishUploadSchema>,
): Promise<FinishedUpload> {
  return postJson<FinishedUpload>(inConnection(connectionId, `/api/oss/uploads/${id}/finish`), input);
}

/** Never fails: a sign of life that is lost is followed by the next. `keepalive` lets the last one leave with the page. */
export async function tellPresence(connectionId: string, id: string, over: boolean): Promise<void> {
  await fetch(inConnection(connectionId, `/api/oss/uploads/${id}/presence`), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ over }),
    keepalive: true,
  }).catch(() => undefined);
}
