/**
 * What the program inside the container raises. The log shows it as Python does: a traceback whose last line is
 * `<type>: <message>`. Texts are those of the libraries in the image (reference: diffusers-service.md §10).
 */
export class PythonError extends Error {
  constructor(
    readonly type: string,
    message: string,
    /** The exception that was being handled when this one was raised. */
    readonly during?: PythonError,
  ) {
    super(message);
  }
}

/** One "File … in …" entry, outermost first. */
export type Frame = readonly [file: string, line: number, name: string];

export const APP = "/home/pai/app.py";

export function formatTraceback(error: PythonError, frames: readonly Frame[]): string[] {
  const before = error.during
    ? [
        ...formatTraceback(error.during, frames),
        "",
        "During handling of the above exception, another exception occurred:",
        "",
      ]
    : [];
  const stack = frames.map(([file, line, name]) => `  File "${file}", line ${line}, in ${name}`);
  const last = error.message === "" ? error.type : `${error.type}: ${error.message}`;
  return [...before, "Traceback (most recent call last):", ...stack, ...last.split("\n")];
}

export const readOnlyFileSystem = (path: string) =>
  new PythonError("OSError", `[Errno 30] Read-only file system: '${path}'`);
