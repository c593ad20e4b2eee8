import { describe, expect, test } from "vitest";
import { curl } from "./curl";
import { exampleParameters, functionsOf, madeParameters, SNIPPET_FUNCTIONS, takesImage, takesMask } from "./parameters";
import { callInfo } from "./python";
import { languagesOf, SNIPPET_LANGUAGES, snippet } from "./snippets";
import type { SnippetTarget } from "./target";

const URL = "http://123.cn-hangzhou.pai-eas.aliyuncs.com/api/predict/demo";
const target = (changes: Partial<SnippetTarget> = {}): SnippetTarget => ({
  url: URL,
  token: "MTIz==",
  func: "t2i",
  translate: false,
  ...changes,
});
const QUEUE = { url: URL, sink: `${URL}/sink` };

/** What a request would otherwise take from the previous one, and what must be the request's own. */
const ALWAYS = ["task_id", "prompt", "steps", "cfg_scale", "negative_prompt", "width", "height", "image_num"];
const OTHERS = ["seed", "save_dir", "use_base64", "use_translate"];

const EVERY = SNIPPET_LANGUAGES.flatMap((language) =>
  SNIPPET_FUNCTIONS.flatMap((func) => [
    { language, func, place: {} },
    { language, func, place: QUEUE },
  ]),
).filter(({ language, place }) => language !== "pythonSdk" || "sink" in place);

describe.each(EVERY)("$language, $func, $place.sink", ({ language, func, place }) => {
  const text = snippet(language, target({ func, ...place }));

  test("names every parameter of the function", () => {
    for (const name of [...ALWAYS, ...OTHERS]) expect(text).toMatch(new RegExp(`\\b${name}"?: `));
    for (const { name } of exampleParameters(func, false)) expect(text).toMatch(new RegExp(`\\b${name}"?: `));
    expect(/\bfunc_name"?: /.test(text)).toBe(func !== "controlnet");
  });

  test("reads the pictures that the function takes, and no others", () => {
    expect(text.includes("input.png")).toBe(takesImage(func));
    expect(text.includes("mask.png")).toBe(takesMask(func));
  });

  test("goes to the address with the token, to the output queue only where there is one", () => {
    expect(text).toContain("MTIz==");
    expect(text).toContain(language === "pythonSdk" ? "123.cn-hangzhou.pai-eas.aliyuncs.com" : URL);
    expect(/\bsink/i.test(text)).toBe("sink" in place);
  });
});

test("a service for ControlNet offers nothing else, and the other way round", () => {
  expect(functionsOf("controlnet")).toEqual(["controlnet"]);
  expect(functionsOf("base")).toEqual(["t2i", "i2i", "inpaint", "outpaint"]);
});

test("the official queue client is offered where there is a queue", () => {
  expect(languagesOf({ isAsync: true })).toContain("pythonSdk");
  expect(languagesOf({ isAsync: false })).not.toContain("pythonSdk");
});

test("the call information is written as the document does", () => {
  expect(callInfo(target())).toBe(`hosts = '${URL}'\nhead = {"Authorization": "MTIz=="}`);
  expect(callInfo(target(QUEUE))).toBe(`hosts = '${URL}'\nsink = '${URL}/sink'\nhead = {"Authorization": "MTIz=="}`);
});

test("Python has Python's truth values", () => {
  const text = snippet("python", target({ translate: true }));
  expect(text).toContain('"use_base64": False,');
  expect(text).toContain('"use_translate": True,');
  expect(text).not.toMatch(/\b(true|false)\b/);
});

test("the here-document is JSON once the shell has filled it in", () => {
  const text = snippet("curl", target());
  const body = text.slice(text.indexOf("<<EOF\n") + 6, text.lastIndexOf("\nEOF"));
  expect(JSON.parse(body.replace("$(date +%s)$$", "1"))).toMatchObject({ task_id: "curl1", image_num: 1, seed: "42" });
});

test("quotes cannot break out of the shell or of Python", () => {
  const hostile = target({ url: "http://x/'; rm -rf ~ #", token: `"$(id)'\n\\` });
  expect(snippet("curl", hostile)).toContain(`'http://x/'\\''; rm -rf ~ #'`);
  expect(snippet("curl", hostile)).toContain(`'Authorization: "$(id)'\\''\n\\'`);
  expect(callInfo(hostile)).toBe(`hosts = 'http://x/\\'; rm -rf ~ #'\nhead = {"Authorization": "\\"$(id)'\\n\\\\"}`);
});

test("a request that was made is called again word for word, but for its task id and its pictures", () => {
  const prompt = 'it costs $5 `now` "quoted" it\'s 雨\\n';
  const request = {
    task_id: "old",
    func_name: "inpaint",
    prompt,
    seed: "18446744073709551615",
    control_scale: 1,
    expand: [1, 2],
  };
  const text = curl(target({ func: "inpaint" }), madeParameters("inpaint", request));
  const body = text.slice(text.indexOf("<<EOF\n") + 6, text.lastIndexOf("\nEOF"));
  // What the shell makes of a here-document.
  const heard = body
    .replace(/\$\([^)]*\)/g, "file")
    .replaceAll("$$", "1")
    .replace(/\\([\\$`])/g, "$1");
  expect(JSON.parse(heard)).toEqual({ ...request, task_id: "curlfile1", image_base64: "file", mask_base64: "file" });
  expect(text).toContain('"control_scale": 1.0');
});
