/**
 * What an answer means that did not look like a picture: codes of the gateway (eas-gateway-and-queue.md, section 3), of the
 * container (diffusers-service.md, section 6 and 9) and items of the queue (section 7), told apart by status and words.
 * Texts: `decoder.<id>.meaning` and `.advice`.
 */

interface Facts {
  status?: number;
  /** What was said: the container's `error_msg`, else the whole body. */
  message: string;
  /** The container's own JSON. */
  json?: Record<string, unknown>;
}

type Fits = (facts: Facts) => boolean;

const has =
  (pattern: RegExp): Fits =>
  (facts) =>
    pattern.test(facts.message);
const is =
  (...codes: number[]): Fits =>
  ({ status }) =>
    status !== undefined && codes.includes(status);
const both =
  (...all: Fits[]): Fits =>
  (facts) =>
    all.every((fits) => fits(facts));
const isPicture: Fits = ({ json }) => json?.success === 1;

/** The first that fits; the particular before the general. */
const TABLE = [
  // A picture, and what may be wrong with it all the same.
  ["picture_nsfw", both(isPicture, ({ json }) => JSON.stringify(json?.is_nsfw ?? "").includes("true"))],
  ["picture_lost", both(isPicture, ({ json }) => hasRepetition(json?.oss_url))],
  ["picture", isPicture],
  // The container.
  ["json", both(is(460), has(/Json Parse Error/i))],
  ["translate_off", has(/set --use_translate/i)],
  ["controlnet_off", has(/set --func_name controlnet/i)],
  ["controlnet_path", has(/controlnet_path/i)],
  ["lora_blade", has(/blade optimization done/i)],
  ["lora_path", has(/lora_path|lora_attn/i)],
  ["float", has(/must be type `?float/i)],
  ["function", has(/only support process function/i)],
  ["size", has(/divisible by 8|height and width must be/i)],
  ["input", is(460)],
  ["image", is(462)],
  ["out_of_memory", has(/out of memory/i)],
  ["server", is(469)],
  // The gateway.
  ["upstream_reset", has(/upstream connect error|disconnect\/reset before headers/i)],
  ["no_instance", has(/no healthy upstream/i)],
  ["unauthorized", is(401)],
  ["just_started", both(is(404), ({ message }) => message === "")],
  ["not_found", is(404)],
  ["method", is(405)],
  ["too_slow", is(408)],
  ["too_large", is(413)],
  ["rate_limit", is(429)],
  ["busy", is(450)],
  ["gave_up", is(499)],
  ["application", is(500, 501)],
  ["unreachable", is(502)],
  ["unavailable", is(503)],
  ["gateway_timeout", is(504)],
  ["client_disconnect", is(512)],
  ["bad_request", is(400)],
  // The queue.
  ["queue_empty", is(204)],
  ["queued", both(({ status = 200 }) => status === 200, has(/^\d{1,20}$/))],
] as const satisfies readonly (readonly [string, Fits])[];

export const DECODED_IDS = [...TABLE.map(([id]) => id), "unknown"] as const;
export type DecodedId = (typeof TABLE)[number][0] | "unknown";

export interface Decoded {
  id: DecodedId;
  status?: number;
  /** Word for word, cut. */
  message: string;
  taskId?: string;
  /** Of an item that came out of a queue. */
  requestId?: string;
}

/** The service cuts its messages at 200 characters; a gateway's page may be longer. */
const MAX_MESSAGE = 400;

/** From an answer as it came. */
export function decodeAnswer(status: number, body: string): Decoded {
  return decode(status, body.trim());
}

/**
 * From what a person pastes: a status alone, a body alone, both in one text (as curl, Python or a browser print them), or
 * the JSON of a queue's item. Undefined for nothing.
 */
export function decodePasted(text: string): Decoded | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  const [head, protocol] = /^HTTP\/[\d.]+\s+(\d{3})\b/i.exec(trimmed) ?? [];
  if (head !== undefined) {
    // Headers end at the first empty line.
    const body = /\r?\n\r?\n([\s\S]*)$/.exec(text)?.[1] ?? "";
    return decode(Number(protocol), body.trim());
  }
  const [found, bare] = /^(?:status(?:\s*code)?\s*[:=]?\s*)?(\d{3})(?!\d)\s*/i.exec(trimmed) ?? [];
  if (found === undefined) return decode(undefined, trimmed);
  return decode(Number(bare), trimmed.slice(found.length));
}

function decode(given: number | undefined, body: string): Decoded {
  const item = queueItem(body);
  const text = item?.data ?? body;
  const json = parseObject(text);
  const code = json && "error_code" in json ? Number(json.error_code) : undefined;
  const status = item?.status ?? code ?? given;
  const said = json?.error_msg ?? json?.message;
  const message = (typeof said === "string" ? said : text).trim();
  const [id] = TABLE.find(([, fits]) => fits({ status, message, json })) ?? ["unknown" as const];
  const taskId = json?.task_id;
  return {
    id,
    status,
    message: message.slice(0, MAX_MESSAGE),
    ...(typeof taskId === "string" || typeof taskId === "number" ? { taskId: String(taskId) } : {}),
    ...(item?.requestId ? { requestId: item.requestId } : {}),
  };
}

/** `[{"index":…,"tags":{"lastCode":"460"},"data":"<base64>"}]`, the list or one of it. */
function queueItem(body: string): { status?: number; data: string; requestId?: string } | undefined {
  const value = parse(body);
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof first !== "object" || first === null || !("tags" in first) || !("data" in first)) return undefined;
  const tags = first.tags;
  if (typeof tags !== "object" || tags === null || typeof first.data !== "string") return undefined;
  const { lastCode, requestId } = tags as Record<string, unknown>;
  return {
    status: lastCode === undefined ? 200 : Number(lastCode),
    data: fromBase64(first.data),
    requestId: typeof requestId === "string" ? requestId : undefined,
  };
}

function fromBase64(text: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)));
  } catch {
    return text;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  const value = parse(text);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

function hasRepetition(list: unknown): boolean {
  return Array.isArray(list) && new Set(list).size < list.length;
}
