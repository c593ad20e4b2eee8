import { AppError } from "@/lib/errors";
import { sideCarKey } from "@/lib/generations/side-car";
import { taskObjects } from "@/lib/generations/task-pictures";
import type { Lane, Row } from "./world";

/**
 * Removes what a second delivery of a request left in the bucket, as long as the picture that the record names is there. A
 * bucket that does not let us is left as it is: a rebuild knows doubles, too.
 */
export async function dropDoubles({ cloud }: Pick<Lane, "cloud">, { bucket, keys }: Row): Promise<void> {
  const [kept] = keys;
  if (!bucket || kept === undefined) return;
  try {
    const { pictures } = await taskObjects(cloud.oss, bucket, kept);
    const doubles = pictures.filter((key) => !keys.includes(key));
    if (doubles.length === 0 || !pictures.includes(kept)) return;
    await cloud.oss.deleteObjects(
      bucket,
      doubles.flatMap((key) => [sideCarKey(key), key]),
    );
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
}
