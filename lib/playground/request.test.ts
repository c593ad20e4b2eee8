import { describe, expect, test } from "vitest";
import { GenerateInputSchema, roundedSize } from "./input";
import { planRequests, toRequestBody } from "./request";
import { isTaskId, toTaskId } from "./task-id";

const form = (values: Record<string, unknown> = {}) => ({ func: "t2i", prompt: "a cat", ...values });
const input = (values: Record<string, unknown> = {}) => GenerateInputSchema.parse(form(values));
const ids = () => {
  let next = 0;
  return () => `task000${next++}`;
};

describe("GenerateInputSchema", () => {
  test("fills in the service's own defaults", () => {
    expect(input()).toEqual({
      func: "t2i",
      prompt: "a cat",
      negativePrompt: "",
      steps: 50,
      cfgScale: 7,
      width: 512,
      height: 512,
      imageNum: 1,
      seed: "",
    });
  });

  test.each([
    [{ prompt: "x".repeat(2000) }],
    [{ prompt: "一只猫" }],
    [{ steps: 1 }],
    [{ steps: 150 }],
    [{ width: 64, height: 2048 }],
    [{ width: 500 }],
    [{ imageNum: 4 }],
    [{ seed: "0" }],
    [{ seed: "18446744073709551615" }],
    [{ useTranslate: false }],
  ])("takes %j", (values) => expect(GenerateInputSchema.safeParse(form(values)).success).toBe(true));

  test.each([
    ["prompt", ""],
    ["prompt", "   "],
    ["prompt", "x".repeat(2001)],
    ["steps", 0],
    ["steps", 151],
    ["steps", 1.5],
    ["width", 63],
    ["height", 2049],
    ["imageNum", 0],
    ["imageNum", 5],
    ["seed", "-1"],
    ["seed", "1e5"],
    ["seed", "18446744073709551616"],
    ["func", "i2i"],
    ["cfgScale", Number.NaN],
  ])("refuses %s = %j", (field, value) => {
    const result = GenerateInputSchema.safeParse(form({ [field]: value }));
    expect(result.error?.issues.map(({ path }) => path[0])).toEqual([field]);
  });

  test("names the message of a wrong seed", () => {
    const result = GenerateInputSchema.safeParse(form({ seed: "abc" }));
    expect(result.error?.issues[0]?.message).toBe("playground.rules.seed");
  });

  test("shows the size that the service computes with", () => {
    expect(roundedSize({ width: 500, height: 512 })).toEqual({ width: 504, height: 512 });
  });
});

describe("toRequestBody", () => {
  test("sends every parameter, defaults too", () => {
    expect(toRequestBody(input({ seed: "18446744073709551615", useTranslate: true }), "task0001")).toEqual({
      task_id: "task0001",
      func_name: "t2i",
      prompt: "a cat",
      negative_prompt: "",
      steps: 50,
      cfg_scale: 7,
      width: 512,
      height: 512,
      image_num: 1,
      seed: "18446744073709551615",
      save_dir: "result",
      use_base64: false,
      use_translate: true,
    });
  });

  test("leaves out what only the service can choose", () => {
    const body = toRequestBody(input(), "task0001");
    expect(body).not.toHaveProperty("seed");
    expect(body).not.toHaveProperty("use_translate");
  });

  test("refuses a task id that would not survive as a file name", () => {
    for (const id of ["", "short", "has_underscore", "../../etc/passwd", "x".repeat(41)]) {
      expect(() => toRequestBody(input(), id)).toThrow(RangeError);
    }
  });
});

describe("planRequests", () => {
  test("makes one request of one picture each, with a task id of its own", () => {
    const requests = planRequests(input({ imageNum: 3 }), ids());
    expect(requests.map(({ taskId }) => taskId)).toEqual(["task0000", "task0001", "task0002"]);
    expect(requests.map(({ body }) => [body.task_id, body.image_num])).toEqual([
      ["task0000", 1],
      ["task0001", 1],
      ["task0002", 1],
    ]);
  });

  test("counts a given seed up, exactly and around the end", () => {
    const seeds = (seed: string) => planRequests(input({ imageNum: 2, seed }), ids()).map(({ body }) => body.seed);
    expect(seeds("9007199254740993")).toEqual(["9007199254740993", "9007199254740994"]);
    expect(seeds("18446744073709551615")).toEqual(["18446744073709551615", "0"]);
    expect(seeds("")).toEqual([undefined, undefined]);
  });
});

describe("task ids", () => {
  test("are made of random bytes, all of them", () => {
    const zero = new Uint8Array(10);
    expect(toTaskId(zero)).toBe("0000000000000000");
    for (let at = 0; at < 10; at++) expect(toTaskId(zero.with(at, 1))).not.toBe(toTaskId(zero));
    expect(isTaskId(toTaskId(new Uint8Array(10).fill(255)))).toBe(true);
    expect(() => toTaskId(new Uint8Array(9))).toThrow(RangeError);
  });
});
