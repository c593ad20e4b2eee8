import type { Context } from "@/lib/context.server";
import { listImages as fetchImages } from "@/lib/eas/images";
import type { ImageView } from "./image-view";

export async function listImages({ connection, signal }: Pick<Context, "connection" | "signal">): Promise<ImageView[]> {
  const images = await fetchImages(connection, { signal });
  return images.map(({ id, name, uri, description }) => ({ id, name, uri, description }));
}
