import { SAVE_DIR } from "@/lib/playground/limits";
import { parseOssUrl } from "@/lib/playground/oss-url";

export interface PicturePlace {
  bucket: string;
  key: string;
}

/**
 * Where the service's pictures lie. Its addresses are built from `--oss_save_dir`, while the files go to the `/result` mount
 * (diffusers-service.md §2): where both differ the mount is right. Nothing outside the mount is ever signed, whatever a
 * service answers.
 */
export function placesOf(
  ossUrls: readonly string[],
  result: { bucket: string; folder: string },
  saveDir = SAVE_DIR,
): PicturePlace[] {
  const places = ossUrls.flatMap((url): PicturePlace[] => {
    const named = parseOssUrl(url);
    if (!named) return [];
    if (named.bucket === result.bucket && named.key.startsWith(result.folder) && !named.key.includes("/../")) {
      return [named];
    }
    const name = named.key.split("/").at(-1);
    return name && name !== ".." ? [{ bucket: result.bucket, key: `${result.folder}${saveDir}/${name}` }] : [];
  });
  return places.filter(({ key }, index) => places.findIndex((other) => other.key === key) === index);
}
