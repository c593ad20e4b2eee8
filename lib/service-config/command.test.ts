import { describe, expect, it } from "vitest";
import { type CommandFlags, changeFlags, NO_FLAGS, parseCommand, splitWords, toCommand } from "./command";

describe("toCommand", () => {
  it("writes the document's own command", () => {
    expect(
      toCommand({ func: "base", ossSaveDir: "oss://b/p/", region: "hangzhou", blade: true, translate: true }),
    ).toBe(
      "python /home/pai/app.py --func_name base --oss_save_dir oss://b/p/ --region hangzhou --use_blade --use_translate",
    );
  });

  it("quotes a folder with blanks", () => {
    expect(toCommand({ ossSaveDir: "oss://b/my pictures/" })).toContain("--oss_save_dir 'oss://b/my pictures/'");
  });
});

describe("parseCommand", () => {
  it("reads the document's sample, double blank included", () => {
    const parsed = parseCommand(
      "python /home/pai/app.py  --func_name controlnet --oss_save_dir oss://B/P/ --region hangzhou --use_blade",
    );
    expect(parsed).toEqual({
      program: ["python", "/home/pai/app.py"],
      flags: { ...NO_FLAGS, func: "controlnet", ossSaveDir: "oss://B/P/", region: "hangzhou", blade: true },
      rest: [],
    });
  });

  it.each([
    ["joined values", "python a.py --func_name=controlnet", "controlnet", []],
    [
      "an unknown switch with its value",
      "python a.py --port 9000 --func_name controlnet",
      "controlnet",
      ["--port", "9000"],
    ],
    ["a function that is not ours", "python a.py --func_name video --use_blade", "base", ["--func_name", "video"]],
    ["a joined function that is not ours", "python a.py --func_name=video", "base", ["--func_name=video"]],
    ["a value that is missing", "python a.py --region", "base", ["--region"]],
    ["no switches at all", "bash -c run", "base", []],
  ])("keeps %s", (_, text, func, rest) => {
    const parsed = parseCommand(text);
    expect(parsed.flags.func).toBe(func);
    expect(parsed.rest).toEqual(rest);
  });

  const flags: CommandFlags[] = [];
  for (let bits = 0; bits < 64; bits++)
    flags.push({
      func: bits & 1 ? "controlnet" : "base",
      ossSaveDir: bits & 2 ? `oss://b/it's "a" \\folder ${bits}/` : undefined,
      region: "shanghai",
      blade: (bits & 4) > 0,
      translate: (bits & 8) > 0,
      closeSafety: (bits & 16) > 0,
      notUseDefaultBlade: (bits & 32) > 0,
      removeOpt: (bits & 32) === 0,
    });

  it("gives back every set of switches that was written", () => {
    for (const set of flags)
      expect(parseCommand(toCommand(set, ["py x", "b.py"], ["--more", "$HOME;x"]))).toEqual({
        program: ["py x", "b.py"],
        flags: set,
        rest: ["--more", "$HOME;x"],
      });
  });
});

describe("changeFlags", () => {
  it.each<[string, string, Partial<CommandFlags>, string]>([
    [
      "switches one on at the end",
      "python a.py --extra 1 --region x",
      { blade: true },
      "python a.py --extra 1 --region x --use_blade",
    ],
    [
      "switches one off where it stands",
      "python a.py --use_blade --extra 'a b'",
      { blade: false },
      "python a.py --extra 'a b'",
    ],
    [
      "changes a value in its place",
      "python a.py --region x --extra",
      { region: "y" },
      "python a.py --region y --extra",
    ],
    ["keeps a joined spelling", "python a.py --region=x", { region: "y z" }, "python a.py '--region=y z'"],
    [
      "adds a value that was not there",
      "python a.py",
      { ossSaveDir: "oss://b/p/" },
      "python a.py --oss_save_dir oss://b/p/",
    ],
    ["takes a value away", "python a.py --oss_save_dir oss://b/ --x", { ossSaveDir: undefined }, "python a.py --x"],
    [
      "leaves alone what it is not asked about",
      "run.sh --use_blade",
      { func: "controlnet" },
      "run.sh --use_blade --func_name controlnet",
    ],
  ])("%s", (_, text, changes, after) => {
    expect(changeFlags(text, changes)).toBe(after);
  });

  it("reads back what it wrote, whatever stood there before", () => {
    for (const set of [
      NO_FLAGS,
      { ...NO_FLAGS, func: "controlnet" as const, blade: true, ossSaveDir: "oss://b/it's/" },
    ])
      for (const before of ["python /home/pai/app.py", "python a.py --use_blade --func_name=base --unknown 'x y'"]) {
        const parsed = parseCommand(changeFlags(before, set));
        expect(parsed.flags).toEqual(set);
        expect(parsed.rest).toEqual(parseCommand(before).rest);
      }
  });
});

describe("splitWords", () => {
  it.each([
    ["a  b\tc\nd", ["a", "b", "c", "d"]],
    [`a"b c"d 'e f'`, ["ab cd", "e f"]],
    [`'' ""`, ["", ""]],
    [String.raw`a\ b "c\"d" 'e\f'`, ["a b", 'c"d', String.raw`e\f`]],
    ["echo $HOME && x", ["echo", "$HOME", "&&", "x"]],
    ["   ", []],
    ["'open end", ["open end"]],
  ])("splits %j", (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });
});
