import { type CheckOptions, checkModel, type ModelReport } from "@/lib/models/check";
import { type Entries, filesOf } from "@/lib/models/testing";
import { lastLine, run } from "@/lib/sandbox/worker/testing/run";

/** For tests: what the check and the imitated container each say about a folder. */

export type Flags = Pick<CheckOptions, "func" | "blade" | "translate" | "closeSafety">;
export const BASE: Flags = { func: "base", blade: false, translate: false, closeSafety: false };

const toCommand = ({ func, blade, translate, closeSafety }: Flags): string =>
  [
    `--func_name ${func}`,
    ...(blade ? ["--use_blade"] : []),
    ...(translate ? ["--use_translate"] : []),
    ...(closeSafety ? ["--close_safety"] : []),
  ].join(" ");

/** The last line of the log of a container that does not start. */
export async function containerSays(files: Entries, flags: Flags): Promise<string | undefined> {
  const { container, log } = run({ files, flags: toCommand(flags) });
  try {
    await container.ready;
    return undefined;
  } catch {
    return lastLine(log);
  } finally {
    container.stop();
  }
}

export async function bothSay(
  files: Entries,
  flags: Flags,
): Promise<{ check: boolean; container: boolean; why: string }> {
  const report = await checkModel(filesOf(files), { ...flags, inPlace: true });
  const failure = await containerSays(files, flags);
  return { check: starts(report), container: failure === undefined, why: `${failure}\n${reasons(report)}` };
}

const starts = (report: ModelReport) => !report.findings.some(({ effect }) => effect === "start");
const reasons = (report: ModelReport) =>
  report.findings.map(({ level, code, path }) => `${level} ${code} ${path ?? ""}`).join("\n");
