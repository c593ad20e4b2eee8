/** The container's start command ↔ its switches (diffusers-service.md §2). EAS runs it without a shell. */

export interface CommandFlags {
  func: "base" | "controlnet";
  /** `oss://bucket/folder/`. */
  ossSaveDir?: string;
  /** Pinyin: `hangzhou`. */
  region?: string;
  blade: boolean;
  translate: boolean;
  closeSafety: boolean;
  notUseDefaultBlade: boolean;
  removeOpt: boolean;
}

export interface ParsedCommand {
  /** What stands before the first switch, e.g. `python`, `/home/pai/app.py`. */
  program: string[];
  flags: CommandFlags;
  /** Words that we do not know, in their order: they survive a round trip. */
  rest: string[];
}

export const DIFFUSERS_PROGRAM = ["python", "/home/pai/app.py"];

export const NO_FLAGS: CommandFlags = {
  func: "base",
  blade: false,
  translate: false,
  closeSafety: false,
  notUseDefaultBlade: false,
  removeOpt: false,
};

const SWITCHES = {
  "--use_blade": "blade",
  "--use_translate": "translate",
  "--close_safety": "closeSafety",
  "--not_use_default_blade": "notUseDefaultBlade",
  "--remove_opt": "removeOpt",
} as const satisfies Record<string, keyof CommandFlags>;

const VALUES = { "--func_name": "func", "--oss_save_dir": "ossSaveDir", "--region": "region" } as const;

const isSwitch = (word: string): word is keyof typeof SWITCHES => Object.hasOwn(SWITCHES, word);
const isValue = (word: string): word is keyof typeof VALUES => Object.hasOwn(VALUES, word);

export function toCommand(flags: Partial<CommandFlags>, program = DIFFUSERS_PROGRAM, rest: string[] = []): string {
  const words = [...program, "--func_name", flags.func ?? "base"];
  if (flags.ossSaveDir) words.push("--oss_save_dir", flags.ossSaveDir);
  if (flags.region) words.push("--region", flags.region);
  for (const [word, key] of Object.entries(SWITCHES)) if (flags[key]) words.push(word);
  return [...words, ...rest].map(quote).join(" ");
}

export function parseCommand(text: string): ParsedCommand {
  const words = splitWords(text);
  const first = words.findIndex((word) => word.startsWith("--"));
  const program = first < 0 ? words : words.slice(0, first);
  const flags: CommandFlags = { ...NO_FLAGS };
  const rest: string[] = [];
  const switches = first < 0 ? [] : words.slice(first);
  for (let index = 0; index < switches.length; index++) {
    const word = switches[index] ?? "";
    const [name = "", inline] = splitAt(word, "=");
    if (isSwitch(word)) flags[SWITCHES[word]] = true;
    else if (isValue(name)) {
      const value = inline ?? switches[index + 1];
      const known = value !== undefined && setValue(flags, VALUES[name], value);
      if (inline === undefined && value !== undefined) index++;
      if (!known) rest.push(...(inline === undefined && value !== undefined ? [word, value] : [word]));
    } else rest.push(word);
  }
  return { program, flags, rest };
}

/** False when the switch does not know the value, e.g. a function of a user's own image. */
function setValue(flags: CommandFlags, key: (typeof VALUES)[keyof typeof VALUES], value: string): boolean {
  if (key !== "func") flags[key] = value;
  else if (value === "base" || value === "controlnet") flags.func = value;
  else return false;
  return true;
}

function splitAt(word: string, separator: string): [string, string?] {
  const at = word.indexOf(separator);
  return at < 0 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}

/**
 * The command with some switches changed where they stand: the order of the words, and words that we do not know, stay.
 * `undefined` takes a value's switch away.
 */
export function changeFlags(text: string, changes: Partial<CommandFlags>): string {
  let words = splitWords(text);
  for (const [word, key] of Object.entries(SWITCHES)) if (key in changes) words = setSwitch(words, word, changes[key]);
  for (const [word, key] of Object.entries(VALUES)) if (key in changes) words = setOption(words, word, changes[key]);
  return words.map(quote).join(" ");
}

function setSwitch(words: string[], word: string, on: boolean | undefined): string[] {
  if (on) return words.includes(word) ? words : [...words, word];
  return words.filter((one) => one !== word);
}

function setOption(words: string[], name: string, value: string | undefined): string[] {
  const changed: string[] = [];
  let found = false;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    const isJoined = word.startsWith(`${name}=`);
    if (!isJoined && word !== name) {
      changed.push(word);
      continue;
    }
    if (!isJoined) index++;
    found = true;
    if (value !== undefined) changed.push(...(isJoined ? [`${name}=${value}`] : [name, value]));
  }
  return found || value === undefined ? changed : [...changed, name, value];
}

function quote(word: string): string {
  if (/^[\w@%+=:,./~-]+$/.test(word)) return word;
  return word.includes("'") ? `"${word.replace(/["\\]/g, "\\$&")}"` : `'${word}'`;
}

/** Words as an argument vector would have them: blanks part, quotes and backslashes bind, nothing is expanded. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quoted = "";
  for (let index = 0; index < text.length; index++) {
    const char = text[index] ?? "";
    if (char === "\\" && quoted !== "'" && index + 1 < text.length) word = (word ?? "") + text[++index];
    else if (quoted) {
      if (char === quoted) quoted = "";
      else word = (word ?? "") + char;
    } else if (char === '"' || char === "'") {
      quoted = char;
      word ??= "";
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + char;
  }
  if (word !== undefined) words.push(word);
  return words;
}
