import { describe, expect, test } from "vitest";
import { callSnippets } from "./snippets";

const URL = "http://123.cn-hangzhou.pai-eas.aliyuncs.com/api/predict/demo";
const base = callSnippets({ url: URL, token: "MTIz==", func: "base" });
const controlnet = callSnippets({ url: URL, token: "MTIz==", func: "controlnet" });
const STICKY = ["prompt", "steps", "cfg_scale", "negative_prompt", "width", "height", "image_num"];

describe("callSnippets", () => {
  test("gives the call information as the document does", () => {
    expect(base.callInfo).toBe(`hosts = '${URL}'\nhead = {"Authorization": "MTIz=="}`);
    expect(base.python).toContain(base.callInfo);
  });

  test.each([
    ["base", base],
    ["controlnet", controlnet],
  ])("names every parameter that would otherwise come from the previous request: %s", (_func, snippets) => {
    for (const name of [...STICKY, "task_id", "seed", "save_dir", "use_base64"]) {
      expect(snippets.curl).toContain(`"${name}": `);
      expect(snippets.python).toContain(`"${name}": `);
    }
  });

  test("a controlnet service gets a picture and no func_name, a base service the other way round", () => {
    for (const text of [controlnet.curl, controlnet.python]) {
      expect(text).toContain("image_base64");
      expect(text).toContain('"control_scale": 1.0');
      expect(text).not.toContain("func_name");
    }
    for (const text of [base.curl, base.python]) {
      expect(text).toContain('"func_name": "t2i"');
      expect(text).not.toContain("image_base64");
    }
  });

  test("Python has Python's truth values", () => {
    expect(base.python).toContain('"use_base64": False,');
    expect(base.python).not.toMatch(/\b(true|false)\b/);
  });

  test("the here-document is JSON once the shell has filled it in", () => {
    const body = base.curl.slice(base.curl.indexOf("<<EOF\n") + 6, base.curl.lastIndexOf("\nEOF"));
    expect(JSON.parse(body.replace("$(date +%s)", "1"))).toMatchObject({ task_id: "curl1", image_num: 1, seed: "42" });
  });

  test("quotes cannot break out of the shell or of Python", () => {
    const hostile = callSnippets({ url: "http://x/'; rm -rf ~ #", token: `"$(id)'\n\\`, func: "base" });
    expect(hostile.curl).toContain(`'http://x/'\\''; rm -rf ~ #'`);
    expect(hostile.curl).toContain(`'Authorization: "$(id)'\\''\n\\'`);
    expect(hostile.callInfo).toBe(`hosts = 'http://x/\\'; rm -rf ~ #'\nhead = {"Authorization": "\\"$(id)'\\n\\\\"}`);
  });
});
