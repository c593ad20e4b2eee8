import { z } from "zod";
import type { Database } from "@/lib/store/database";
import { notify } from "@/lib/store/notify";

/** What the processes tell one another about pictures: which one changed; whoever cares reads the row. */

export const GENERATIONS_TOPIC = "generations";

const NewsSchema = z.tuple([z.string(), z.string(), z.string(), z.enum(["new", "changed"])]);

export interface GenerationNews {
  connectionId: string;
  service: string;
  id: string;
  /** `new`: there is something to do. */
  kind: "new" | "changed";
}

export function tell(db: Database, { connectionId, service, id, kind }: GenerationNews): Promise<void> {
  return notify(db, GENERATIONS_TOPIC, JSON.stringify([connectionId, service, id, kind]));
}

export function parseNews(text: string): GenerationNews | undefined {
  const parsed = NewsSchema.safeParse(JSON.parse(text));
  if (!parsed.success) return undefined;
  const [connectionId, service, id, kind] = parsed.data;
  return { connectionId, service, id, kind };
}
