import { describe, expect, test } from "vitest";
import en from "../i18n/messages/en.json";
import { DECODED_IDS, type DecodedId, decodeAnswer, decodePasted } from "./decoder";

const container = (error_code: number, error_msg: string, rest = {}) =>
  JSON.stringify({ success: 0, error_code, error_msg, ...rest });
const picture = (rest = {}) => JSON.stringify({ success: 1, oss_url: ["oss://b/a.png"], is_nsfw: [false], ...rest });

const ANSWERS: [DecodedId, number, string][] = [
  ["picture", 200, picture()],
  ["picture_nsfw", 200, picture({ is_nsfw: [false, true] })],
  ["picture_lost", 200, picture({ oss_url: ["oss://b/a.png", "oss://b/a.png"] })],
  ["json", 460, container(460, "Json Parse Error - Expecting value: line 1 column 1 (char 0)")],
  ["input", 460, container(460, "Input Body Format Error - 'prompt'")],
  [
    "translate_off",
    460,
    container(460, "Input Body Format Error - You need to set --use_translate to use the translation"),
  ],
  ["controlnet_off", 460, container(460, "You should set --func_name controlnet to use controlnet.")],
  ["controlnet_path", 460, container(460, "controlnet_path path: /oss/x not exists!")],
  [
    "lora_blade",
    469,
    container(469, "Unexpected Server Error - Please wait util the blade optimization done to add lora model"),
  ],
  ["lora_path", 460, container(460, "lora_path path: /oss/x not exists!")],
  ["float", 469, container(469, "For single controlnet: `controlnet_conditioning_scale` must be type `float`.")],
  ["function", 460, container(460, "We only support process function list of ['canny']. But got edges.")],
  ["size", 469, container(469, "`height` and `width` have to be divisible by 8 but are 100 and 100.")],
  ["image", 462, container(462, "Image Decode Error - cannot identify image file")],
  ["out_of_memory", 469, container(469, "Unexpected Server Error - CUDA out of memory. Tried to allocate 2 GiB")],
  ["server", 469, container(469, "Unexpected Server Error - 'NoneType' object is not iterable")],
  [
    "upstream_reset",
    503,
    "upstream connect error or disconnect/reset before headers. reset reason: connection termination",
  ],
  ["no_instance", 503, "no healthy upstream"],
  ["unavailable", 503, ""],
  ["unauthorized", 401, '{"code":"Unauthorized","message":"Invalid token"}'],
  ["just_started", 404, ""],
  ["not_found", 404, "Not Found"],
  ["method", 405, ""],
  ["too_slow", 408, "Request Timeout"],
  ["too_large", 413, ""],
  ["rate_limit", 429, ""],
  ["busy", 450, "worker queue is full, too busy"],
  ["gave_up", 499, ""],
  ["application", 500, "Internal Server Error"],
  ["application", 501, ""],
  ["unreachable", 502, ""],
  ["gateway_timeout", 504, ""],
  ["client_disconnect", 512, ""],
  ["bad_request", 400, "bad request"],
  ["queue_empty", 204, ""],
  ["queued", 200, "7061944561842290688"],
  ["unknown", 200, "<html>hello</html>"],
  ["unknown", 418, "teapot"],
];

describe("an answer", () => {
  test.each(ANSWERS)("%s: %i %s", (id, status, body) => {
    expect(decodeAnswer(status, body)).toMatchObject({ id, status });
  });

  test("every meaning of the table has its example here and its two texts", () => {
    expect(new Set(ANSWERS.map(([id]) => id))).toEqual(new Set(DECODED_IDS));
    expect(Object.keys(en.decoder).sort()).toEqual([...DECODED_IDS].sort());
  });

  test("carries the container's words and task", () => {
    expect(decodeAnswer(460, container(460, "Input Body Format Error - 'seed'", { task_id: "t7" }))).toEqual({
      id: "input",
      status: 460,
      message: "Input Body Format Error - 'seed'",
      taskId: "t7",
    });
  });
});

describe("what is pasted", () => {
  const item = (code: string | undefined, body: string) =>
    `[{"index":7061944561842290688,"tags":{"requestId":"r1"${code ? `,"lastCode":"${code}"` : ""}},"data":"${btoa(body)}","message":""}]`;

  test.each<[string, string, DecodedId, number | undefined]>([
    ["a status", "408", "too_slow", 408],
    ["a status with its name", "status code: 450", "busy", 450],
    [
      "as curl -i prints it",
      "HTTP/1.1 503 Service Unavailable\r\nserver: envoy\r\n\r\nno healthy upstream",
      "no_instance",
      503,
    ],
    ["as curl -i prints an empty one", "HTTP/1.1 404 Not Found\r\nserver: envoy\r\n\r\n", "just_started", 404],
    ["as Python prints it", `462 ${container(462, "Image Decode Error - x")}`, "image", 462],
    ["a body alone", container(469, "CUDA out of memory"), "out_of_memory", 469],
    ["an item of the queue", item("460", container(460, "Json Parse Error - x")), "json", 460],
    ["an item with a picture", item(undefined, picture()), "picture", 200],
    [
      "the gateway's sentence",
      "upstream connect error or disconnect/reset before headers",
      "upstream_reset",
      undefined,
    ],
    ["an index", "7061944561842290688", "queued", undefined],
  ])("%s", (_what, text, id, status) => {
    expect(decodePasted(text)).toMatchObject({ id, ...(status === undefined ? {} : { status }) });
  });

  test("nothing means nothing", () => {
    expect(decodePasted("  \n ")).toBeUndefined();
  });

  test("the id of a queued request comes along", () => {
    expect(decodePasted(item("462", "{}"))).toMatchObject({ requestId: "r1" });
  });
});
