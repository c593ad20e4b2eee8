import { randomBytes, randomUUID } from "node:crypto";

/** 24 upper-case hex digits, as OSS prints them (reference: oss-rest.md §9). */
export function ossRequestId(): string {
  return randomBytes(12).toString("hex").toUpperCase();
}

/** An upper-case UUID, as the EAS and STS APIs print them. */
export function apiRequestId(): string {
  return randomUUID().toUpperCase();
}
