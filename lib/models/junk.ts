import { baseName } from "./paths";
import type { LeaveReason } from "./types";

/** Folders whose whole content nothing reads. */
const JUNK_FOLDERS: Readonly<Record<string, LeaveReason>> = {
  __macosx: "system",
  ".spotlight-v100": "system",
  ".trashes": "system",
  ".fseventsd": "system",
  "$recycle.bin": "system",
  ".git": "version_control",
  ".svn": "version_control",
  ".hg": "version_control",
  ".cache": "cache",
  ".huggingface": "cache",
  ".ipynb_checkpoints": "cache",
  __pycache__: "cache",
  ".idea": "cache",
  ".vscode": "cache",
};

const JUNK_NAMES: readonly (readonly [RegExp, LeaveReason])[] = [
  [/^(\.ds_store|thumbs\.db|desktop\.ini|\.localized)$/i, "system"],
  [/^\._/, "system"],
  [/^\.git(attributes|ignore|modules)$/, "version_control"],
  [/\.(incomplete|part|partial|crdownload|aria2|download|tmp|lock)$/i, "partial_download"],
];

/** Formats that the container's loaders never ask for. */
const UNREAD_NAMES: readonly (readonly [RegExp, LeaveReason])[] = [
  [/\.(msgpack|onnx|onnx_data|gguf|h5|tflite|mlmodel|mlmodelc|engine|plan)$/i, "other_framework"],
  [/^openvino_.*\.(xml|bin)$/i, "other_framework"],
  [/^(optimizer|random_states_\d+|scaler)\.(bin|pt|pkl)$/i, "training"],
  [/^events\.out\.tfevents\./, "training"],
  [/\.(png|jpe?g|webp|gif|bmp|mp4|webm|avi)$/i, "media"],
];

/** Why this file need not go up, judged by its path alone. */
export function junkReason(path: string): LeaveReason | undefined {
  const segments = path.split("/");
  for (const segment of segments.slice(0, -1)) {
    const reason = JUNK_FOLDERS[segment.toLowerCase()];
    if (reason) return reason;
  }
  const name = baseName(path);
  const byName = JUNK_NAMES.find(([pattern]) => pattern.test(name));
  if (byName) return byName[1];
  // The translation model is TensorFlow with resources of its own: all of it belongs together.
  if (segments.slice(0, -1).some((segment) => segment.toLowerCase() === "translate")) return undefined;
  return UNREAD_NAMES.find(([pattern]) => pattern.test(name))?.[1];
}
