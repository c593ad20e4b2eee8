import type { z } from "zod";
import type { OssClient } from "./client";
import type { BrowseSchema } from "./schemas";
import type { ObjectPage } from "./types";

const PAGE = 500;

/** One level of a bucket, as folders and files. */
export async function browseObjects(
  { oss }: { oss: OssClient },
  { bucket, prefix, token }: z.output<typeof BrowseSchema>,
): Promise<ObjectPage> {
  const page = await oss.listObjects(bucket, { prefix, delimiter: "/", limit: PAGE, token });
  // The placeholder of the folder itself is not one of its files.
  return { ...page, objects: page.objects.filter(({ key }) => key !== prefix) };
}
