import { describe, expect, test } from "vitest";
import { GenerateInputSchema } from "./input";
import { computedSize, resultSize, toSide } from "./limits";
import { planRequests, toRequestBody, toRequestJson } from "./request";
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
      saveDir: "result",
      loras: [],
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
    ["func", "upscale"],
    ["saveDir", "../elsewhere"],
    ["saveDir", "a b"],
    ["loras", [{ path: "../base_model/x.bin" }]],
    ["cfgScale", Number.NaN],
  ])("refuses %s = %j", (field, value) => {
    const result = GenerateInputSchema.safeParse(form({ [field]: value }));
    expect(result.error?.issues.map(({ path }) => path[0])).toEqual([field]);
  });

  const image = { key: "out/easel-inputs/a.png", width: 512, height: 768 };
  test.each([
    ["i2i", {}, ["image"]],
    ["inpaint", { image }, ["mask"]],
    ["outpaint", { image, expand: { left: 0, right: 0, up: 0, down: 0 } }, ["expand"]],
    ["outpaint", { image, expand: { left: -1 } }, ["expand"]],
    ["i2i", { image, denoisingStrength: 0.05 }, ["denoisingStrength"]],
    ["controlnet", { image, processFunc: "blur" }, ["processFunc"]],
    ["controlnet", { image, width: 500 }, ["width"]],
    ["controlnet", { image, controlnetPath: "/oss/new/x.bin" }, ["controlnetPath"]],
  ])("%s refuses %j", (func, values, fields) => {
    const result = GenerateInputSchema.safeParse(form({ func, ...values }));
    expect([...new Set(result.error?.issues.map(({ path }) => path[0]))]).toEqual(fields);
  });

  test.each([
    ["t2i", { width: 500, height: 512 }, { width: 500, height: 512 }],
    ["i2i", { image, width: 500, height: 512 }, { width: 480, height: 512 }],
    ["outpaint", { image, expand: { left: 100, right: 0, up: 0, down: 5 } }, { width: 608, height: 768 }],
    ["controlnet", { image, width: 520 }, { width: 520, height: 512 }],
  ])("knows how large the result of %s with %j will be", (func, values, size) =>
    expect(resultSize(input({ func, ...values }))).toEqual(size),
  );

  test("names the message of a wrong seed", () => {
    const result = GenerateInputSchema.safeParse(form({ seed: "abc" }));
    expect(result.error?.issues[0]?.message).toBe("playground.rules.seed");
  });

  test("shows the size that the service computes with", () => {
    expect(computedSize("t2i", { width: 500, height: 512 })).toEqual({ width: 504, height: 512 });
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

  test("asks for the picture in the answer only where it was asked for", () => {
    expect(toRequestBody(input({ useBase64: true }), "task0001").use_base64).toBe(true);
    expect(toRequestBody(input({ useBase64: false }), "task0001").use_base64).toBe(false);
  });

  test("leaves out what only the service can choose", () => {
    const body = toRequestBody(input(), "task0001");
    expect(body).not.toHaveProperty("seed");
    expect(body).not.toHaveProperty("use_translate");
  });

  const image = { key: "out/easel-inputs/a.png", width: 512, height: 768 };
  const common = {
    task_id: "task0001",
    prompt: "a cat",
    negative_prompt: "",
    steps: 50,
    cfg_scale: 7,
    width: 512,
    height: 512,
    image_num: 1,
    save_dir: "result",
    use_base64: false,
  };
  test.each([
    [
      "i2i",
      { image, resizeMode: "pad" },
      { func_name: "i2i", denoising_strength: 0.55, resize_mode: 2, image_base64: "AAAA" },
    ],
    [
      "inpaint",
      { image, mask: image, denoisingStrength: 1 },
      { func_name: "inpaint", denoising_strength: 1, resize_mode: 0, image_base64: "AAAA", mask_base64: "BBBB" },
    ],
    [
      "outpaint",
      { image, expand: { left: 1, right: 2, up: 3, down: 4 }, expandType: "reflect" },
      {
        func_name: "outpaint",
        denoising_strength: 0.55,
        expand: [1, 2, 3, 4],
        expand_type: "reflect",
        image_base64: "AAAA",
      },
    ],
    [
      "controlnet",
      { image, processFunc: "canny", controlnetPath: "new_controlnet/canny/model.safetensors" },
      {
        resize_mode: 0,
        control_scale: 1,
        process_func: "canny",
        controlnet_path: "new_controlnet/canny/model.safetensors",
        image_base64: "AAAA",
      },
    ],
    ["controlnet", { image }, { resize_mode: 0, control_scale: 1, image_base64: "AAAA" }],
    [
      "controlnet",
      { image, loras: [{ path: "lora/a.safetensors", weight: 1 }] },
      {
        ...{ resize_mode: 0, control_scale: 1, image_base64: "AAAA" },
        ...{ lora_path: ["lora/a.safetensors"], lora_attn: [1] },
      },
    ],
    [
      "t2i",
      { loras: [{ path: "lora/a.safetensors", weight: 1 }, { path: "lora/b.bin" }] },
      { func_name: "t2i", lora_path: ["lora/a.safetensors", "lora/b.bin"], lora_attn: [1, 0.75] },
    ],
  ])("sends of %s with %j exactly what the container reads", (func, values, own) => {
    const parsed = input({ func, ...values });
    const carried = {
      ...("image" in parsed && { image: { base64: "AAAA" } }),
      ...("mask" in parsed && { mask: { base64: "BBBB" } }),
    };
    expect(toRequestBody(parsed, "task0001", carried)).toEqual({ ...common, ...own });
  });

  test("writes the scale of the control as Python's float", () => {
    const json = (controlScale: number) =>
      toRequestJson(toRequestBody(input({ func: "controlnet", image, controlScale }), "task0001"));
    expect(json(1)).toContain('"control_scale":1.0}');
    expect(json(0)).toContain('"control_scale":0.0}');
    expect(json(0.35)).toContain('"control_scale":0.35}');
    expect(JSON.parse(json(2))).toMatchObject({ control_scale: 2, prompt: "a cat" });
    expect(toRequestJson(toRequestBody(input(), "task0001"))).not.toContain("control_scale");
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
    expect(requests.map(({ input: { imageNum } }) => imageNum)).toEqual([1, 1, 1]);
  });

  test("counts a given seed up, exactly and around the end", () => {
    const seeds = (seed: string) =>
      planRequests(input({ imageNum: 2, seed }), ids()).map((request) => request.input.seed);
    expect(seeds("9007199254740993")).toEqual(["9007199254740993", "9007199254740994"]);
    expect(seeds("18446744073709551615")).toEqual(["18446744073709551615", "0"]);
    expect(seeds("")).toEqual(["", ""]);
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

test.each([
  [341.3, 344],
  [339.9, 336],
  [512, 512],
  [3, 64],
  [5_000, 2048],
])("a side of %d pixels that follows the other one is taken as %d", (pixels, side) => {
  expect(toSide(pixels)).toBe(side);
});
