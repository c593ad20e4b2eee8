import { describe, expect, test } from "vitest";
import en from "@/lib/i18n/messages/en.json";
import zh from "@/lib/i18n/messages/zh-CN.json";
import { createTranslate } from "@/lib/i18n/translate";
import { parseAnswer } from "./answer";
import { parseOssUrl } from "./oss-url";
import { GATEWAY_CODES, SERVICE_ERROR_KINDS, type ServiceError, serviceErrorKey } from "./service-error";

const SUCCESS = {
  success: 1,
  task_id: "task0001",
  prompt: "a cat",
  seed: "17446744073709551615",
  image_url: ["https://b.oss-cn-hangzhou.aliyuncs.com/r/result/x.png"],
  oss_url: ["oss://b/r/result/x.png"],
  is_nsfw: [false],
  use_blade: true,
};
const failureOf = (status: number, body: unknown): ServiceError => {
  const answer = parseAnswer(status, typeof body === "string" ? body : JSON.stringify(body));
  if (answer.ok) throw new Error("was taken for a success");
  return answer.error;
};
const successOf = (body: unknown) => {
  const answer = parseAnswer(200, typeof body === "string" ? body : JSON.stringify(body));
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.answer;
};

describe("success", () => {
  test("is read whole", () => {
    expect(successOf(SUCCESS)).toEqual({
      taskId: "task0001",
      prompt: "a cat",
      seed: "17446744073709551615",
      imageUrls: SUCCESS.image_url,
      ossUrls: SUCCESS.oss_url,
      isNsfw: [false],
      useBlade: true,
    });
  });

  test.each([
    ['{"success":1,"seed":17446744073709551615}', "17446744073709551615"],
    ['{"success":1,"seed" : 9007199254740993 ,"x":1}', "9007199254740993"],
    ['{"success":1,"seed":-9223372036854775807}', "-9223372036854775807"],
    ['{"success":1,"seed":"12"}', "12"],
    ['{"success":1}', ""],
  ])("keeps every digit of the seed: %s", (body, seed) => expect(successOf(body).seed).toBe(seed));

  test("a prompt that speaks of a seed stays as it is", () => {
    const prompt = 'draw {"seed": 12345678901234567890}';
    expect(successOf({ ...SUCCESS, prompt }).prompt).toBe(prompt);
  });

  test("tolerates single values, numbers for truth values and missing keys", () => {
    const answer = successOf({ success: true, oss_url: "oss://b/x.png", is_nsfw: 1, use_blade: 0, more: "unknown" });
    expect(answer).toMatchObject({ ossUrls: ["oss://b/x.png"], isNsfw: [true], useBlade: false, imageUrls: [] });
  });

  test("turns pictures into standard base64", () => {
    expect(successOf({ ...SUCCESS, images_base64: ["a-b_c="] }).imagesBase64).toEqual(["a+b/c="]);
  });
});

describe("failure", () => {
  const own = (code: number, message: string) => ({ success: 0, error_code: code, error_msg: message, task_id: "t1" });
  test.each<[number, unknown, Partial<ServiceError>]>([
    [460, own(460, "Json Parse Error - x"), { kind: "json", code: 460, taskId: "t1" }],
    [
      460,
      own(460, "Input Body Format Error - x"),
      { kind: "input", code: 460, message: "Input Body Format Error - x" },
    ],
    [462, own(462, "Image Decode Error - x"), { kind: "image", code: 462 }],
    [469, own(469, "Unexpected Server Error - x"), { kind: "server", code: 469 }],
    [200, own(469, "Unexpected Server Error - x"), { kind: "server", code: 469 }],
    [460, { success: 0, error_code: 460, error_msg: "Input Body Format Error - task_id" }, { kind: "input" }],
    [469, "", { kind: "server", code: 469 }],
    [
      401,
      '{"code":"Unauthorized","message":"Invalid token"}',
      { kind: "gateway", code: 401, message: "Invalid token" },
    ],
    [404, "", { kind: "gateway", code: 404, message: "" }],
    [408, "timeout", { kind: "gateway", code: 408 }],
    [429, "", { kind: "gateway", code: 429 }],
    [450, "", { kind: "gateway", code: 450 }],
    [503, "no healthy upstream", { kind: "gateway", code: 503, message: "no healthy upstream" }],
    [200, "1234567890123456789", { kind: "unreadable", code: 200 }],
    [200, "", { kind: "unreadable" }],
    [200, '{"success":1,"seed":', { kind: "unreadable" }],
    [500, '{"success":1}', { kind: "gateway", code: 500 }],
  ])("%s %j", (status, body, expected) => expect(failureOf(status, body)).toMatchObject(expected));

  test("a long page is cut", () => expect(failureOf(502, "x".repeat(9999)).message.length).toBeLessThanOrEqual(400));

  test("has words in both languages", () => {
    const errors: ServiceError[] = [
      ...SERVICE_ERROR_KINDS.map((kind): ServiceError => ({ kind, code: 499, message: "m" })),
      ...GATEWAY_CODES.map((code): ServiceError => ({ kind: "gateway", code, message: "m" })),
      { kind: "server", code: 469, message: "CUDA out of memory. Tried to allocate" },
    ];
    expect(new Set(errors.map(serviceErrorKey)).size).toBe(errors.length);
    for (const t of [createTranslate(en, "en"), createTranslate(zh, "zh-CN")]) {
      for (const error of errors) {
        const text = t.maybe(serviceErrorKey(error), { code: error.code, message: error.message });
        expect(text, serviceErrorKey(error)).toBeDefined();
        expect(text).not.toMatch(/[{}]/);
      }
    }
  });
});

describe("parseOssUrl", () => {
  test.each([
    ["oss://bucket/key.png", { bucket: "bucket", key: "key.png" }],
    ["oss://b-1/a/b c/图.png", { bucket: "b-1", key: "a/b c/图.png" }],
    ["oss://bucket/a//b.png", { bucket: "bucket", key: "a/b.png" }],
    ["oss://bucket.oss-cn-hangzhou-internal.aliyuncs.com/a.png", { bucket: "bucket", key: "a.png" }],
  ])("%s", (url, parts) => expect(parseOssUrl(url)).toEqual(parts));

  test.each([
    "",
    "oss://",
    "oss://bucket",
    "oss://bucket/",
    "https://bucket/a",
    "oss://Bucket/a",
    "oss://-b/a",
    " oss://bucket/a",
  ])("refuses %j", (url) => expect(parseOssUrl(url)).toBeUndefined());
});
