import type { Context } from "@/lib/context.server";
import { isPictureKey, taskIdOf } from "./picture-name";

/** More than a queue ever delivers the same request (its own limit is five by default). */
const MAX_OBJECTS = 64;

/**
 * What lies beside a picture under the same task id. A queue that delivers a request twice has it drawn twice, with the same
 * seed: the record knows one picture of these, and the others are its doubles.
 */
export async function taskObjects(
  oss: Pick<Context["oss"], "listObjects">,
  bucket: string,
  key: string,
): Promise<{ pictures: string[]; sideCars: string[] }> {
  const taskId = taskIdOf(key);
  if (taskId === undefined) return { pictures: [key], sideCars: [] };
  const prefix = `${key.slice(0, key.lastIndexOf("/") + 1)}${taskId}_`;
  const { objects } = await oss.listObjects(bucket, { prefix, limit: MAX_OBJECTS });
  // Names in the folder only, not of folders in it.
  const keys = objects.map((object) => object.key).filter((one) => !one.slice(prefix.length).includes("/"));
  return {
    pictures: keys.filter((one) => isPictureKey(one) && taskIdOf(one) === taskId),
    sideCars: keys.filter((one) => one.endsWith(".json")),
  };
}
