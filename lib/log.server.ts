import "server-only";
import { randomUUID } from "node:crypto";
import pino from "pino";
import { metrics } from "@/lib/metrics";
import { once } from "@/lib/once";
import { redact } from "@/lib/redact";

function createLogger() {
  // Standard error: standard output belongs to the launcher's own lines.
  return pino({ base: undefined, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 2, sync: true }));
}

/** Secrets are removed before a line is written, whatever the caller passes. */
export const log = {
  info: (message: string, details: Record<string, unknown> = {}) => write("info", message, details),
  warn: (message: string, details: Record<string, unknown> = {}) => write("warn", message, details),
  error: (message: string, details: Record<string, unknown> = {}) => write("error", message, details),
};

function write(level: "info" | "warn" | "error", message: string, details: Record<string, unknown>) {
  once("logger", createLogger)[level](redact(details) as object, redact(message) as string);
}

/** Writes an unexpected error with its stack and causes; the id is what the browser gets to see. */
export function logUnexpected(error: unknown, where: string): string {
  const logId = randomUUID().slice(0, 8);
  metrics().failures.inc();
  log.error("unexpected error", { logId, where, error });
  return logId;
}
