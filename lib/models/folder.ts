/** The plan as folders, so that rules can ask what a name holds without walking every path. */
export interface Folder<T> {
  folders: Map<string, Folder<T>>;
  files: Map<string, T>;
}

export function emptyFolder<T>(): Folder<T> {
  return { folders: new Map(), files: new Map() };
}

/** `entries`: path and what lies there; a path with a trailing `/` is an empty folder. */
export function folderOf<T>(entries: Iterable<readonly [string, T]>): Folder<T> {
  const root = emptyFolder<T>();
  for (const [path, value] of entries) {
    const segments = path.split("/");
    const name = segments.pop();
    let at = root;
    for (const segment of segments) {
      let next = at.folders.get(segment);
      if (!next) {
        next = emptyFolder<T>();
        at.folders.set(segment, next);
      }
      at = next;
    }
    if (name) at.files.set(name, value);
  }
  return root;
}

export function subfolder<T>(root: Folder<T>, path: string): Folder<T> | undefined {
  let at: Folder<T> | undefined = root;
  for (const segment of path.split("/")) {
    if (segment) at = at?.folders.get(segment);
  }
  return at;
}

/** Everything directly in the folder, as the container's `os.listdir` sees it. */
export function namesIn<T>(folder: Folder<T>): Set<string> {
  return new Set([...folder.folders.keys(), ...folder.files.keys()]);
}

/** The nearest folder of this name anywhere below, as the container's `any-depth` search finds it: path and content. */
export function findFolder<T>(root: Folder<T>, name: string): { path: string; folder: Folder<T> } | undefined {
  let level: { path: string; folder: Folder<T> }[] = [{ path: "", folder: root }];
  while (level.length > 0) {
    for (const { path, folder } of level) {
      const hit = folder.folders.get(name);
      if (hit) return { path: path + name, folder: hit };
    }
    level = level.flatMap(({ path, folder }) =>
      [...folder.folders].map(([child, value]) => ({ path: `${path}${child}/`, folder: value })),
    );
  }
  return undefined;
}
