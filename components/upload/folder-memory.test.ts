import { expect, test } from "vitest";
import { readFolders } from "./folder-memory";

type Tree = { [name: string]: string | Tree };

/** As the browser hands them out: `gone` files are listed and cannot be read. */
function folder(name: string, tree: Tree, right: PermissionState = "granted") {
  const entries = Object.entries(tree).map(([child, content]): [string, object] => [
    child,
    typeof content === "string"
      ? {
          kind: "file",
          getFile: async () => {
            if (content === "gone") throw new DOMException("gone", "NotFoundError");
            return new File([content], child);
          },
        }
      : folder(child, content),
  ]);
  const handle = {
    kind: "directory",
    name,
    requestPermission: async () => right,
    async *entries() {
      yield* entries;
    },
  };
  return handle as unknown as FileSystemDirectoryHandle;
}

test("a folder that may be read again gives the paths that dropping it gave", async () => {
  const tree = { "model_index.json": "{}", unet: { "w.bin": "abc", lost: "gone" }, empty: {} };
  const found = await readFolders([folder("sd15", tree)]);
  expect(found?.files.map(({ path }) => path)).toEqual(["sd15/empty/", "sd15/model_index.json", "sd15/unet/w.bin"]);
  expect(found?.unreadable).toEqual(["sd15/unet/lost"]);
});

test("a refusal gives nothing", async () => {
  expect(await readFolders([folder("a", { x: "1" }), folder("b", { y: "2" }, "denied")])).toBeUndefined();
});
