import { changeFlags } from "../command";
import { MODEL_MOUNT, type MountView, RESULT_MOUNT, sameFolder } from "../config-view";
import { DEFAULT_RESULT_FOLDER } from "../defaults";
import type { Path } from "../json-path";
import type { StorageSource } from "../storage-source";
import { finder, type LintInput, type Rule } from "./finding";

const SYSTEM_FOLDERS = "/ /bin /boot /dev /etc /lib /lib64 /proc /root /run /sbin /sys /usr /var".split(" ");
const STORAGE: Path = ["storage"];

/** Rules that hold for any service: a mount path of its own, one source, a folder written as such. */
export const mountRules: Rule = (input) => {
  const find = finder(input);
  const { mounts } = input.view;
  return mounts.flatMap((mount, index) => {
    const at: Path = [...mount.path, "mount_path"];
    const folder: Path = [...mount.path, "oss", "path"];
    const { mountPath, uri } = mount;
    const clash = mounts.slice(0, index).find((other) => overlaps(other.mountPath, mountPath));
    return [
      !mountPath.startsWith("/") && find("error", "mount_path_missing", at),
      SYSTEM_FOLDERS.includes(mountPath) && find("error", "mount_system_folder", at, { params: { mountPath } }),
      clash &&
        find("error", "mount_overlap", at, {
          shows: [[...clash.path, "mount_path"], at],
          params: { mountPath, other: clash.mountPath },
        }),
      mount.sources.length !== 1 &&
        find("error", "mount_sources", mount.path, { params: { count: mount.sources.length, mountPath } }),
      uri !== undefined &&
        mount.bucket === undefined &&
        find("error", "mount_not_oss", folder, { params: { path: uri } }),
      uri !== undefined &&
        mount.bucket !== undefined &&
        !uri.endsWith("/") &&
        find("warning", "mount_no_slash", folder, {
          params: { path: uri },
          repair: [{ path: folder, value: `${uri}/` }],
        }),
    ];
  });
};

const overlaps = (a: string, b: string) => a === b || `${a}/`.startsWith(`${b}/`) || `${b}/`.startsWith(`${a}/`);

/** What the diffusers container looks for at two fixed places, and writes to both of them. */
export const diffusersMountRules: Rule = (input) => {
  if (!input.view.isDiffusers) return [];
  const { view, facts, level } = input;
  const find = finder(input);
  const result = facts.bucket === undefined ? undefined : `oss://${facts.bucket}/${DEFAULT_RESULT_FOLDER}`;
  return [
    view.model
      ? readOnly(input, view.model, "mount_model_read_only")
      : find(level, "mount_model_missing", STORAGE, { repair: addMount(input, MODEL_MOUNT, facts.modelUri) }),
    view.result
      ? readOnly(input, view.result, "mount_result_read_only")
      : find(level, "mount_result_missing", STORAGE, { repair: addMount(input, RESULT_MOUNT, result) }),
    view.result && notOss(input, view.result),
    ...saveDirRules(input),
  ];
};

function readOnly(input: LintInput, mount: MountView, code: string) {
  if (!mount.readOnly) return false;
  const find = finder(input);
  if (!mount.writable) return find(input.level, code, mount.path);
  const at: Path = [...mount.path, ...mount.writable.path];
  return find(input.level, code, at, { repair: [{ path: at, value: mount.writable.value }] });
}

/** Sources whose files no address of OSS leads to. A dataset may lie in the very bucket. */
const NOT_OSS: readonly StorageSource[] = ["nfs", "empty_dir"];

/** The addresses that come back with a picture lead to a bucket in which it is not. */
function notOss(input: LintInput, { path, sources }: MountView) {
  const [source] = sources;
  const isElsewhere = sources.length === 1 && source !== undefined && NOT_OSS.includes(source);
  return isElsewhere && finder(input)("warning", "result_not_oss", [...path, source], { params: { source } });
}

function addMount({ view }: LintInput, mountPath: string, path: string | undefined) {
  if (path === undefined) return undefined;
  return [{ path: [...STORAGE, view.mounts.length], value: { mount_path: mountPath, oss: { path, readOnly: false } } }];
}

/** The program writes below `/result` and builds the addresses from `--oss_save_dir`: one place, said twice. */
function saveDirRules(input: LintInput) {
  const { view, level } = input;
  const find = finder(input);
  const saveDir = view.parsed?.flags.ossSaveDir;
  const mounted = view.result?.uri;
  const params = { saveDir: saveDir ?? "", mounted: mounted ?? "" };
  const repair =
    mounted === undefined || view.start === undefined
      ? undefined
      : [
          {
            path: view.startPath,
            value: changeFlags(view.start, { ossSaveDir: mounted.endsWith("/") ? mounted : `${mounted}/` }),
          },
        ];
  if (saveDir === undefined)
    return [find(level, "save_dir_missing", view.startPath, { flag: "ossSaveDir", params, repair })];
  const differs = mounted !== undefined && !sameFolder(saveDir, mounted);
  const shows = view.result ? [view.startPath, [...view.result.path, "oss", "path"]] : [view.startPath];
  return [
    differs && find(level, "save_dir_differs", view.startPath, { flag: "ossSaveDir", params, shows, repair }),
    !differs &&
      !saveDir.endsWith("/") &&
      find("warning", "save_dir_no_slash", view.startPath, {
        flag: "ossSaveDir",
        params,
        repair: [{ path: view.startPath, value: changeFlags(view.start ?? "", { ossSaveDir: `${saveDir}/` }) }],
      }),
  ];
}

/** Pictures among the model's files. */
export const resultPlaceRules: Rule = (input) => {
  const { model, result } = input.view;
  if (!input.view.isDiffusers || model?.bucket === undefined || result?.bucket === undefined) return [];
  if (model.bucket !== result.bucket) return [];
  const at: Path = [...result.path, "oss", "path"];
  const shows: Path[] = [[...model.path, "oss", "path"], at];
  const params = { path: result.uri ?? "", model: model.uri ?? "" };
  const find = finder(input);
  if (model.folder === result.folder) return [find("error", "result_is_model", at, { shows, params })];
  const inside = (result.folder ?? "").startsWith(model.folder ?? "");
  return [inside && find("warning", "result_under_model", at, { shows, params })];
};
