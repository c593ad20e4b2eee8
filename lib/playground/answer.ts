import { z } from "zod";
import type { ServiceError } from "./service-error";

/** The service's success: diffusers-service.md, section 6. Read tolerantly, since images of the user's own answer too. */
export const AnswerSchema = z
  .object({
    success: z.union([z.literal(1), z.literal(true), z.literal("1")]),
    task_id: z.coerce.string().catch(""),
    prompt: z.string().catch(""),
    /** Quoted by `quoteSeed` where the service sends a bare number. */
    seed: z.union([z.string(), z.number().int().transform(String)]).catch(""),
    image_url: listOf(z.string()),
    oss_url: listOf(z.string()),
    is_nsfw: listOf(z.union([z.boolean(), z.number().transform((value) => value !== 0)])),
    use_blade: z.union([z.boolean(), z.number().transform((value) => value !== 0)]).catch(false),
    images_base64: listOf(z.string()).optional(),
  })
  .transform((answer) => ({
    taskId: answer.task_id,
    /** As drawn: the translated one, if it was translated. */
    prompt: answer.prompt,
    seed: answer.seed,
    /** Readable only where the object is public; use `ossUrls` and sign. */
    imageUrls: answer.image_url,
    ossUrls: answer.oss_url,
    /** True = the safety checker has blackened the picture. */
    isNsfw: answer.is_nsfw,
    useBlade: answer.use_blade,
    ...(answer.images_base64?.length ? { imagesBase64: answer.images_base64.map(toStandardBase64) } : {}),
  }));

export type GeneratedAnswer = z.infer<typeof AnswerSchema>;

export type Answer = { ok: true; answer: GeneratedAnswer } | { ok: false; error: ServiceError };

const FailureSchema = z.object({
  error_code: z.coerce.number().int().optional().catch(undefined),
  error_msg: z.coerce.string().catch(""),
  task_id: z.coerce.string().optional().catch(undefined),
});

/** The service cuts its messages at 200 characters; a gateway's page may be longer. */
const MAX_MESSAGE = 400;

export function parseAnswer(status: number, bodyText: string): Answer {
  const body = parseObject(quoteSeed(bodyText));
  if (status === 200 && body) {
    const parsed = AnswerSchema.safeParse(body);
    if (parsed.success) return { ok: true, answer: parsed.data };
  }
  return { ok: false, error: toServiceError(status, body, bodyText) };
}

function toServiceError(status: number, body: Record<string, unknown> | undefined, bodyText: string): ServiceError {
  const cut = (text: string) => text.trim().slice(0, MAX_MESSAGE);
  if (body && ("error_code" in body || "error_msg" in body)) {
    const { error_code: code, error_msg: message, task_id: taskId } = FailureSchema.parse(body);
    return {
      kind: kindOf(code ?? status, message),
      code: code ?? status,
      message: cut(message),
      ...(taskId ? { taskId } : {}),
    };
  }
  const message = cut(typeof body?.message === "string" ? body.message : bodyText);
  // 460, 462, 469 without their JSON still come from the container: the gateway does not use them.
  if (status === 460 || status === 462 || status === 469)
    return { kind: kindOf(status, message), code: status, message };
  return { kind: status >= 200 && status < 300 ? "unreadable" : "gateway", code: status, message };
}

function kindOf(code: number, message: string): ServiceError["kind"] {
  if (code === 460) return message.startsWith("Json Parse Error") ? "json" : "input";
  return code === 462 ? "image" : "server";
}

/** `JSON.parse` rounds 64-bit numbers, so the digits are quoted first. Inside a string the quotes would be escaped. */
function quoteSeed(text: string): string {
  return text.replace(/(?<!\\)("seed"\s*:\s*)(-?\d+)(?=\s*[,}\]])/g, '$1"$2"');
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** The service encodes for URLs; a `data:` address wants the standard alphabet. */
function toStandardBase64(text: string): string {
  return text.replaceAll("-", "+").replaceAll("_", "/");
}

/** A list, a single value instead of one, or nothing. */
function listOf<T extends z.ZodType>(item: T) {
  return z.union([z.array(item), item.transform((value) => [value])]).catch([]);
}
