import { baseName } from "./paths";
import type { LeaveReason } from "./types";

/** Folders whose whole content nothing reads. */
const JUNK_FOLDERS: Readonly<Record<string, LeaveReason>> = {
  __macosx: "system",
  ".spotlight-v100": "system",
  ".trashes": "system",
  ".fseventsd": "system",
  // The console's own notes below a model root, which it writes anew.
  ".easel": "system",
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
  ".venv": "cache",
  node_modules: "cache",
  "._____temp": "cache",
};

const JUNK_NAMES: readonly (readonly [RegExp, LeaveReason])[] = [
  [/^(\.ds_store|thumbs\.db|desktop\.ini|\.localized)$/i, "system"],
  [/^\._/, "system"],
  [/^\.git(attributes|ignore|modules)$/, "version_control"],
  [/\.(incomplete|part|partial|crdownload|aria2|download|tmp|lock)$/i, "partial_download"],
];

/** Formats that the container's loaders never ask for. */
const UNREAD_NAMES: readonly (readonly [RegExp, LeaveReason])[] = [
  [
    /\.(msgpack|onnx|onnx_data|onnx\.data|gguf|ggml|h5|tflite|mlmodel|mlmodelc|mlpackage|engine|plan|mnn|ncnn)$/i,
    "other_framework",
  ],
  [/^openvino_.*\.(xml|bin)$/i, "other_framework"],
  [
    /^(optimizer|scheduler|random_states_\d+|rng_state(_\d+)?|scaler|training_args|trainer_state)\.(bin|pt|pth|pkl|json)$/i,
    "training",
  ],
  [/^(optimizer|scheduler)(_\d+)?\.(bin|pt|safetensors)$/i, "training"],
  [/^events\.out\.tfevents\./, "training"],
  [/\.(png|jpe?g|webp|gif|bmp|svg|mp4|webm|avi|mov)$/i, "media"],
];

/** Folders of trainings and of other frameworks. */
const UNREAD_FOLDERS: readonly (readonly [RegExp, LeaveReason])[] = [
  [/^(wandb|runs|tensorboard|logs|lightning_logs|mlruns)$/i, "training"],
  [/^(mlmodelc|.*\.mlmodelc|.*\.mlpackage|coreml|onnx|openvino|tensorrt)$/i, "other_framework"],
];

/** Why this file need not go up, judged by its path alone. With an image of one's own: only what nobody reads. */
export function junkReason(path: string, customImage = false): LeaveReason | undefined {
  const segments = path.split("/");
  const folders = segments.slice(0, -1);
  for (const segment of folders) {
    const reason = JUNK_FOLDERS[segment.toLowerCase()];
    if (reason) return reason;
  }
  const name = baseName(path);
  const byName = JUNK_NAMES.find(([pattern]) => pattern.test(name));
  if (byName) return byName[1];
  // The translation model is TensorFlow with resources of its own: all of it belongs together.
  if (
    customImage ||
    folders.some((segment) => /^(translate|tf_ckpts|nlp_csanmt_translation_\w+|damo_translate)$/i.test(segment))
  )
    return undefined;
  for (const [pattern, reason] of UNREAD_FOLDERS) if (folders.some((segment) => pattern.test(segment))) return reason;
  return UNREAD_NAMES.find(([pattern]) => pattern.test(name))?.[1];
}
