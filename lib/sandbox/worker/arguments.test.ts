import { describe, expect, it } from "vitest";
import { parseFlags, programArguments, splitCommand } from "./arguments";

const NEEDED = ["--func_name", "base", "--oss_save_dir", "oss://b/p/", "--region", "hangzhou"];

describe("splitCommand", () => {
  it.each([
    ["python  /home/pai/app.py   --a b", ["python", "/home/pai/app.py", "--a", "b"]],
    [`python app.py --oss_save_dir "oss://b/my folder/"`, ["python", "app.py", "--oss_save_dir", "oss://b/my folder/"]],
    ["python app.py --region 'hang zhou'", ["python", "app.py", "--region", "hang zhou"]],
    ["python app.py --oss_save_dir oss://b/*/", ["python", "app.py", "--oss_save_dir", "oss://b/*/"]],
    ["python app.py\n --use_blade", ["python", "app.py", "--use_blade"]],
  ])("%j", (command, words) => {
    expect(splitCommand(command)).toEqual(words);
  });
});

describe("programArguments", () => {
  it.each([
    "python /home/pai/app.py --use_blade",
    "python3 app.py --use_blade",
    "/usr/bin/python -u /mnt/app.py --use_blade",
    "/bin/sh -c 'python /home/pai/app.py --use_blade'",
    "sh -c 'cd /home/pai && exec python app.py --use_blade > /tmp/log 2>&1'",
    "bash -c 'export A=\"b c\"; ulimit -n 9; A=1 python app.py --use_blade'",
    "/bin/sh -c '# start\nset -e\npython app.py \\\n  --use_blade # fast'",
  ])("runs %j", (command) => {
    expect(programArguments(command)).toEqual({ ok: true, value: ["--use_blade"] });
  });

  it.each([
    ["./webui.sh --listen", 127, "/bin/sh: 1: ./webui.sh: not found"],
    ["", 127, "/bin/sh: 1: no command specified"],
    ["cd /home/pai && python app.py", 127, "/bin/sh: 1: cd: not found"],
    ["sh -c 'cd /home/pai; ./webui.sh; python app.py'", 127, "/bin/sh: 1: ./webui.sh: not found"],
    ["python main.py", 2, "python: can't open file 'main.py': [Errno 2] No such file or directory"],
  ])("refuses %j", (command, exitCode, line) => {
    expect(programArguments(command)).toEqual({ ok: false, refusal: { exitCode, lines: [line] } });
  });
});

describe("parseFlags accepts what argparse accepts", () => {
  const base = {
    funcName: "base",
    ossSaveDir: "oss://b/p/",
    region: "hangzhou",
    useBlade: false,
    useTranslate: false,
    closeSafety: false,
    notUseDefaultBlade: false,
    removeOpt: false,
  };

  it.each([
    ["the required options", NEEDED, base],
    ["a switch", [...NEEDED, "--use_blade"], { ...base, useBlade: true }],
    [
      "an abbreviation that fits one option",
      [...NEEDED, "--use_b", "--clo"],
      { ...base, useBlade: true, closeSafety: true },
    ],
    ["--flag=value", ["--func=base", "--oss=oss://b/p/", "--reg=hangzhou"], base],
    [
      "an empty value after =",
      ["--func_name=base", "--oss_save_dir=", "--region=x"],
      { ...base, ossSaveDir: "", region: "x" },
    ],
    ["the last of two values", [...NEEDED, "--region", "beijing"], { ...base, region: "beijing" }],
    ["a negative number as a value", [...NEEDED.slice(0, 4), "--region", "-5"], { ...base, region: "-5" }],
    ["options of local runs", [...NEEDED, "--local_debug", "--model_dir", "x"], base],
  ])("%s", (_, words, flags) => {
    expect(parseFlags(words)).toEqual({ ok: true, value: flags });
  });
});

describe("parseFlags refuses what argparse refuses, with exit code 2 and the usage first", () => {
  it.each([
    ["a missing option", NEEDED.slice(0, 4), "the following arguments are required: --region"],
    ["all missing", [], "the following arguments are required: --func_name, --oss_save_dir, --region"],
    ["an unknown option", [...NEEDED, "--fast", "yes"], "unrecognized arguments: --fast yes"],
    ["a stray word", [...NEEDED, "now"], "unrecognized arguments: now"],
    ["a hyphen for an underscore", [...NEEDED, "--use-blade"], "unrecognized arguments: --use-blade"],
    [
      "an ambiguous abbreviation",
      [...NEEDED, "--use"],
      "ambiguous option: --use could match --use_blade, --use_translate",
    ],
    ["a switch with a value", [...NEEDED, "--use_blade=1"], "argument --use_blade: ignored explicit argument '1'"],
    ["no value", [...NEEDED.slice(0, 4), "--region"], "argument --region: expected one argument"],
    [
      "an option where a value belongs",
      ["--func_name", "--region", "x"],
      "argument --func_name: expected one argument",
    ],
  ])("%s", (_, words, message) => {
    const parsed = parseFlags(words);
    expect(parsed).toMatchObject({ ok: false, refusal: { exitCode: 2 } });
    const lines = parsed.ok ? [] : parsed.refusal.lines;
    expect(lines[0]).toMatch(/^usage: ev eas processor local runner \[-h\]/);
    expect(lines.at(-1)).toBe(`ev eas processor local runner: error: ${message}`);
  });

  it("--help ends well", () => {
    expect(parseFlags(["--help"])).toMatchObject({ ok: false, refusal: { exitCode: 0 } });
  });
});
