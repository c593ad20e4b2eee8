import { sql } from "drizzle-orm";
import type { Context } from "@/lib/context.server";
import { StoredAnswerSchema, signPicture } from "@/lib/generations/to-generation";
import { FUNCS } from "@/lib/playground/limits";
import { pictureStars } from "@/lib/store/schema/gallery";
import { generations } from "@/lib/store/schema/generations";
import type { Tile } from "./view";

/** What a tile needs of a row, and no more: requests and answers may be long. */
export const TILE_COLUMNS = {
  taskId: generations.taskId,
  service: generations.service,
  status: generations.status,
  func: generations.func,
  prompt: sql<string | null>`${generations.input}->>'prompt'`,
  bucket: generations.bucket,
  keys: generations.keys,
  isNsfw: sql<unknown>`${generations.answer}->'isNsfw'`,
  createdAt: generations.createdAt,
  starred: sql<boolean>`${pictureStars.taskId} is not null`,
};

interface TileRow {
  taskId: string;
  service: string;
  status: Tile["status"];
  func: string | null;
  prompt: string | null;
  bucket: string | null;
  keys: string[];
  isNsfw: unknown;
  createdAt: Date;
  starred: boolean;
}

export async function toTile(ctx: Pick<Context, "oss">, row: TileRow): Promise<Tile> {
  const [key] = row.keys;
  const signed = row.bucket && key ? await signPicture(ctx, row.bucket, key) : undefined;
  return {
    taskId: row.taskId,
    service: row.service,
    status: row.status,
    func: FUNCS.find((one) => one === row.func),
    prompt: row.prompt ?? "",
    name: key?.split("/").at(-1) ?? "",
    createdAt: row.createdAt.toISOString(),
    isNsfw: StoredAnswerSchema.shape.isNsfw.parse(row.isNsfw)[0] ?? false,
    starred: row.starred,
    thumbnailUrl: signed?.thumbnailUrl,
    url: signed?.url,
  };
}
