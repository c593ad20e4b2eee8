import type { ContainerResponse } from "@/lib/sandbox/core/types";
import { dumpPythonJson, type PythonObject, type PythonValue } from "./python-json";

/** The service's own error kinds. The blanks in the third prefix are its own (reference: diffusers-service.md §6). */
const KINDS = {
  json: { code: 460, prefix: "Json Parse Error" },
  input: { code: 460, prefix: "Input Body Format Error" },
  unexpected: { code: 469, prefix: "Unexpected         Server Error" },
} as const;

const MESSAGE_LIMIT = 200;

/** A refusal that the service answers in its own form. */
export class ServiceError extends Error {
  constructor(
    readonly kind: keyof typeof KINDS,
    message: string,
    /** Absent where the service answers before it has taken the id over. */
    readonly taskId?: PythonValue,
  ) {
    super(message);
  }
}

export function errorAnswer(error: ServiceError): ContainerResponse {
  const { code, prefix } = KINDS[error.kind];
  const message = [...`${prefix} - ${error.message}`].slice(0, MESSAGE_LIMIT).join("");
  const body: PythonObject = new Map<string, PythonValue>([
    ["success", 0n],
    ["error_code", BigInt(code)],
    ["error_msg", message],
  ]);
  if (error.taskId !== undefined) body.set("task_id", error.taskId);
  return jsonAnswer(code, body);
}

export function jsonAnswer(status: number, body: PythonObject): ContainerResponse {
  return {
    status,
    headers: { "content-type": "application/json" },
    body: Buffer.from(dumpPythonJson(body)),
  };
}

/** An exception that nobody in the program catches: its server answers with the bare text. */
export function crashAnswer(message: string): ContainerResponse {
  return { status: 500, headers: { "content-type": "text/plain" }, body: Buffer.from(message) };
}
