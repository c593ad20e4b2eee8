/** In the browser: checks a folder that is dropped on the page, as the console does, and says what that took. */
import { checkModel } from "@/lib/models/check";
import { blobFile } from "@/lib/models/model-file";
import { collectDropped } from "../../../components/upload/collect-files";

let drop;

/** From the drop to the verdict. */
async function check(transfer) {
  const from = performance.now();
  const { files } = await collectDropped(transfer);
  let readBytes = 0;
  const counted = files.map(({ path, file }) => {
    const { read, ...rest } = blobFile(path, file);
    return {
      ...rest,
      async read(...range) {
        const bytes = await read(...range);
        readBytes += bytes.length;
        return bytes;
      },
    };
  });
  const { verdict } = await checkModel(counted, { func: "base", blade: false, translate: false, closeSafety: false });
  return {
    ms: performance.now() - from,
    readBytes,
    files: files.length,
    totalBytes: verdict.totalBytes,
    ok: verdict.ok,
  };
}

for (const type of ["dragenter", "dragover"]) document.addEventListener(type, (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  drop = check(event.dataTransfer);
});

export const lastDrop = () => drop;
