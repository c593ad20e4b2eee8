import { createHmac } from "node:crypto";

/**
 * HMAC-SHA-256 over the timestamp, a dot and the body, in hex: whoever knows the secret can tell that a message is ours, whole,
 * and not an old one sent again.
 */
export function signatureOf(secret: string, timestamp: string, body: string): string {
  return `sha256=${createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex")}`;
}
