import { type Frame, formatTraceback, type PythonError } from "./python-error";

const BEIJING_OFFSET_MS = 8 * 60 * 60 * 1000;

/** Wall time inside the container: Beijing time, as the console shows logs (reference: eas-openapi.md, DescribeServiceLog). */
export function containerTime(now: number): { stamp: string; milliseconds: string; fileStamp: string } {
  const iso = new Date(now + BEIJING_OFFSET_MS).toISOString();
  const stamp = iso.slice(0, 19).replace("T", " ");
  return {
    stamp,
    milliseconds: iso.slice(20, 23),
    fileStamp: stamp.replaceAll("-", "").replaceAll(":", "").replace(" ", "_"),
  };
}

export interface WorkerLog {
  info(message: string): void;
  warning(message: string): void;
  error(message: string): void;
  /** Bare output, as `print` or a library's progress bar makes it. */
  print(text: string): void;
  traceback(error: PythonError, frames: readonly Frame[]): void;
}

/** Lines as Python's logging writes them there, each after the time stamp that the platform puts before every line. */
export function createWorkerLog(now: () => number, write: (line: string) => void): WorkerLog {
  const print = (text: string) => {
    for (const line of text.split("\n")) write(`[${containerTime(now()).stamp}] ${line}`);
  };
  const record = (level: string) => (message: string) => {
    const { stamp, milliseconds } = containerTime(now());
    print(`[${level}] ${stamp},${milliseconds} app.py : ${message}`);
  };
  return {
    info: record("INFO"),
    warning: record("WARNING"),
    error: record("ERROR"),
    print,
    traceback: (error, frames) => print(formatTraceback(error, frames).join("\n")),
  };
}
