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

/** Every file below, with its path from `path` on. */
export function* filesBelow<T>(folder: Folder<T>, path = ""): Generator<[string, T]> {
  for (const [name, file] of folder.files) yield [path + name, file];
  for (const [name, inner] of folder.folders) yield* filesBelow(inner, `${path}${name}/`);
}

export interface FoundFolder<T> {
  path: string;
  folder: Folder<T>;
  /** Others of the same name, of which the container might take any. */
  rivals: string[];
}

/**
 * As the container looks for `controlnet` and `translate`: directly in the root, otherwise below it in any folder that is not
 * hidden. A plain file of that name in the root ends the search, and holds nothing.
 */
export function findFolder<T>(root: Folder<T>, name: string): FoundFolder<T> | undefined {
  const direct = root.folders.get(name);
  if (direct) return { path: name, folder: direct, rivals: [] };
  if (root.files.has(name)) return { path: name, folder: emptyFolder(), rivals: [] };
  const hits: { path: string; folder: Folder<T> }[] = [];
  const search = (folder: Folder<T>, path: string) => {
    for (const [child, inner] of folder.folders) {
      if (child.startsWith(".")) continue;
      if (child === name) hits.push({ path: path + child, folder: inner });
      search(inner, `${path}${child}/`);
    }
  };
  search(root, "");
  const [first, ...others] = hits.sort((a, b) => (a.path < b.path ? -1 : 1));
  return first && { ...first, rivals: others.map(({ path }) => path) };
}
