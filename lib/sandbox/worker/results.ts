import { posix } from "node:path";
import type { Flags } from "./arguments";
import type { ContainerFiles } from "./files";
import { PythonError } from "./python-error";
import { type PythonValue, pythonType } from "./python-json";
import { RESULT_ROOT } from "./startup";

/** Where the files go, and how the answer names that place: the flag alone decides the latter. */
export interface ResultPlaces {
  folder: string;
  oss: string;
  http: string;
}

/** `os.path.join` and a plain text replacement, as the service builds its links from `--oss_save_dir` and `--region`. */
export function resultPlaces(flags: Pick<Flags, "ossSaveDir" | "region">, saveDir: string): ResultPlaces {
  const bucket = flags.ossSaveDir.split("/")[2];
  if (bucket === undefined) throw new PythonError("IndexError", "list index out of range");
  const oss = joinPath(flags.ossSaveDir, saveDir);
  const host = `https://${bucket}.oss-cn-${flags.region}.aliyuncs.com`;
  return { folder: joinPath(RESULT_ROOT, saveDir), oss, http: oss.replaceAll(`oss://${bucket}`, host) };
}

/** `os.path.join` of two parts. */
export function joinPath(left: string, right: string): string {
  if (right.startsWith("/")) return right;
  return left === "" || left.endsWith("/") ? left + right : `${left}/${right}`;
}

/** A path from a request, as `os.path.join` takes it. */
export function pathText(value: PythonValue): string {
  if (typeof value === "string") return value;
  throw new PythonError(
    "TypeError",
    `join() argument must be str, bytes, or os.PathLike object, not '${pythonType(value)}'`,
  );
}

/** What no file system takes; the program meets it at its first call with the path. */
export function checkPath(path: string): void {
  if (path.includes("\0")) throw new PythonError("ValueError", "embedded null byte");
  const chars = [...path];
  const wrong = chars.findIndex((char) => /\p{Surrogate}/u.test(char));
  if (wrong >= 0) {
    const code = (chars[wrong] ?? "").charCodeAt(0).toString(16);
    throw new PythonError(
      "UnicodeEncodeError",
      `'utf-8' codec can't encode character '\\u${code}' in position ${wrong}: surrogates not allowed`,
    );
  }
  if (path.split("/").some((part) => Buffer.byteLength(part) > 255)) {
    throw new PythonError("OSError", `[Errno 36] File name too long: '${path}'`);
  }
}

/** `os.makedirs(path, exist_ok=True)`: object storage has no folders, but it has files in their places. */
export async function makeFolders(files: ContainerFiles, path: string): Promise<void> {
  checkPath(path);
  for (let folder = posix.normalize(path); folder.length > 1; folder = posix.dirname(folder)) {
    if (!(await files.isFile(folder.replace(/\/$/, "")))) continue;
    const isLast = folder.replace(/\/$/, "") === posix.normalize(path).replace(/\/$/, "");
    throw isLast
      ? new PythonError("FileExistsError", `[Errno 17] File exists: '${path}'`)
      : new PythonError("NotADirectoryError", `[Errno 20] Not a directory: '${path}'`);
  }
  if (!files.isWritable(path) && !(await files.exists(path))) {
    throw new PythonError("OSError", `[Errno 30] Read-only file system: '${path}'`);
  }
}

/** `image.save(path)`: a slash in the task's id leads into a folder that has to be there already. */
export async function saveFile(files: ContainerFiles, folder: string, name: string, png: Uint8Array): Promise<void> {
  const path = joinPath(folder, name);
  checkPath(path);
  const parent = posix.dirname(posix.normalize(path));
  const isThere =
    parent === posix.normalize(folder).replace(/(.)\/$/, "$1") || parent === "/" || (await files.exists(parent));
  if (!isThere) throw new PythonError("FileNotFoundError", `[Errno 2] No such file or directory: '${path}'`);
  await files.write(path, png, "image/png");
}
