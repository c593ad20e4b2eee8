import { posix } from "node:path";
import type { Mount, ObjectStore } from "@/lib/sandbox/core/types";
import { PythonError, readOnlyFileSystem } from "./python-error";

/** A folder tree as it was when listed. Paths are relative to `root`, `/`-separated. */
export class FileTree {
  private readonly directories = new Set<string>();

  constructor(
    readonly root: string,
    private readonly sizes: ReadonlyMap<string, number>,
  ) {
    for (const path of sizes.keys()) {
      // A key that ends in `/` is a directory marker: it makes the folder and nothing else.
      for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1)) {
        this.directories.add(path.slice(0, end));
      }
    }
  }

  /** Names directly inside a folder, as `os.listdir` gives them; undefined when there is no such folder. */
  names(directory: string): string[] | undefined {
    if (directory !== "" && !this.directories.has(directory)) return undefined;
    const prefix = directory === "" ? "" : `${directory}/`;
    const names = new Set<string>();
    for (const path of this.sizes.keys()) {
      if (!path.startsWith(prefix) || path === prefix) continue;
      names.add(path.slice(prefix.length).split("/")[0] ?? "");
    }
    return [...names].filter((name) => name !== "").sort();
  }

  isFile(path: string): boolean {
    return this.sizes.has(path) && !path.endsWith("/");
  }

  isDirectory(path: string): boolean {
    return this.directories.has(path);
  }

  exists(path: string): boolean {
    return this.isFile(path) || this.isDirectory(path);
  }

  size(path: string): number {
    return this.sizes.get(path) ?? 0;
  }

  /** What `open` says about a path that is no file. */
  requireFile(path: string): void {
    if (this.isFile(path)) return;
    const full = posix.join(this.root, path);
    if (path === "" || this.isDirectory(path)) throw isDirectory(full);
    throw new PythonError("FileNotFoundError", `[Errno 2] No such file or directory: '${full}'`);
  }

  filesBelow(directory: string): string[] {
    return [...this.sizes.keys()].filter((path) => path.startsWith(`${directory}/`));
  }

  /** `glob('<root>/NAME')` followed by `glob('<root>/**' + '/NAME')`: the first hit. Hidden folders are not searched. */
  find(name: string): string | undefined {
    if (this.exists(name)) return name;
    return [...this.directories]
      .sort()
      .find((path) => path.endsWith(`/${name}`) && !path.split("/").some((part) => part.startsWith(".")));
  }
}

const isDirectory = (path: string) => new PythonError("IsADirectoryError", `[Errno 21] Is a directory: '${path}'`);

/** A mount that fails under the program (its bucket is gone, say) is an I/O error to it. */
async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new PythonError("OSError", `[Errno 5] Input/output error: '${path}' (${String(error)})`);
  }
}

/** The container's file system as far as mounts go; what is written outside of them is lost with the container. */
export class ContainerFiles {
  constructor(
    private readonly store: ObjectStore,
    private readonly mounts: readonly Mount[],
  ) {}

  /** As a file system reads it: `..`, `.` and double slashes never become part of a key. */
  private locate(asked: string): { mount: Mount; key: string } | undefined {
    const path = posix.normalize(asked);
    const mount = this.mounts
      .filter((candidate) => path === candidate.mountPath || path.startsWith(`${candidate.mountPath}/`))
      .sort((a, b) => b.mountPath.length - a.mountPath.length)[0];
    return mount && { mount, key: mount.prefix + path.slice(mount.mountPath.length + 1) };
  }

  async tree(root: string): Promise<FileTree> {
    const sizes = new Map<string, number>();
    const place = this.locate(root);
    if (place) {
      const prefix = place.key === "" || place.key.endsWith("/") ? place.key : `${place.key}/`;
      await onDisk(root, async () => {
        for await (const object of this.store.list(place.mount.bucket, prefix)) {
          const path = object.key.slice(prefix.length);
          if (path !== "") sizes.set(path, object.size);
        }
      });
    }
    return new FileTree(root, sizes);
  }

  async isFile(path: string): Promise<boolean> {
    const place = this.locate(path);
    return place !== undefined && (await this.store.head(place.mount.bucket, place.key)) !== undefined;
  }

  async exists(path: string): Promise<boolean> {
    if (await this.isFile(path)) return true;
    const place = this.locate(path);
    if (!place) return false;
    for await (const _ of this.store.list(place.mount.bucket, `${place.key}/`)) return true;
    return false;
  }

  async read(path: string, range?: { start: number; end: number }): Promise<Uint8Array> {
    const place = this.locate(path);
    if (!place) throw new PythonError("FileNotFoundError", `[Errno 2] No such file or directory: '${path}'`);
    return onDisk(path, () => this.store.read(place.mount.bucket, place.key, range));
  }

  /** The first bytes of a file, or all when it is shorter. */
  async readStart(path: string, bytes: number): Promise<Uint8Array> {
    const place = this.locate(path);
    const found = place && (await this.store.head(place.mount.bucket, place.key));
    if (!found) throw new PythonError("FileNotFoundError", `[Errno 2] No such file or directory: '${path}'`);
    return found.size === 0 ? new Uint8Array() : this.read(path, { start: 0, end: Math.min(bytes, found.size) });
  }

  /** As `open(path, encoding="utf-8").read()`: a byte order mark is a character, and what is no UTF-8 is an error. */
  async readText(path: string): Promise<string> {
    const bytes = await this.read(path);
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new PythonError("UnicodeDecodeError", "'utf-8' codec can't decode byte: invalid start byte");
    }
  }

  isWritable(path: string): boolean {
    return this.locate(path)?.mount.readOnly !== true;
  }

  async write(path: string, body: Uint8Array, contentType?: string): Promise<void> {
    const place = this.locate(path);
    if (!place) return;
    if (place.mount.readOnly) throw readOnlyFileSystem(path);
    const headers: Record<string, string> = contentType ? { "content-type": contentType } : {};
    await onDisk(path, () => this.store.write(place.mount.bucket, place.key, body, headers));
  }

  async removeTree(path: string): Promise<void> {
    const place = this.locate(path);
    if (!place) return;
    if (place.mount.readOnly) throw readOnlyFileSystem(path);
    await onDisk(path, async () => {
      const keys: string[] = [];
      for await (const object of this.store.list(place.mount.bucket, `${place.key}/`)) keys.push(object.key);
      for (const key of keys) await this.store.delete(place.mount.bucket, key);
    });
  }
}
