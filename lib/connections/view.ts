import type { ConnectionView } from "@/lib/connection";

/** A row of the settings. The key's id is not secret, but its middle is nobody's business on a shared screen. */
export interface ConnectionDetails extends ConnectionView {
  /** Absent where the credentials are those of a role. */
  accessKeyId?: string;
}

export function maskKeyId(accessKeyId: string): string {
  return accessKeyId.length <= 8 ? "••••" : `${accessKeyId.slice(0, 4)}••••${accessKeyId.slice(-4)}`;
}
