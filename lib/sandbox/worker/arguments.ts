import { parse } from "shell-quote";

/** The flags of the container's program (reference: diffusers-service.md §2). */
export interface Flags {
  funcName: string;
  ossSaveDir: string;
  region: string;
  useBlade: boolean;
  useTranslate: boolean;
  closeSafety: boolean;
  notUseDefaultBlade: boolean;
  removeOpt: boolean;
}

interface Option {
  name: string;
  kind: "value" | "switch";
  required: boolean;
  help: string;
}

const OPTIONS: readonly Option[] = [
  { name: "func_name", kind: "value", required: true, help: "base or controlnet" },
  { name: "oss_save_dir", kind: "value", required: true, help: "OSS folder that the links in the answer point to" },
  { name: "region", kind: "value", required: true, help: "region of that bucket" },
  { name: "save_dir", kind: "value", required: false, help: "local runs only" },
  { name: "model_dir", kind: "value", required: false, help: "local runs only" },
  { name: "local_debug", kind: "switch", required: false, help: "local run" },
  { name: "use_blade", kind: "switch", required: false, help: "optimised inference" },
  { name: "use_translate", kind: "switch", required: false, help: "translate prompts" },
  { name: "close_safety", kind: "switch", required: false, help: "no safety checker" },
  { name: "not_use_default_blade", kind: "switch", required: false, help: "optimise this model afresh" },
  { name: "remove_opt", kind: "switch", required: false, help: "remove the optimised model first" },
];

/** The program gives argparse a name of its own, so usage and errors do not say `app.py`. */
const PROGRAM = "ev eas processor local runner";

/** The process ends before it serves: these lines, this exit code. */
export interface Refusal {
  exitCode: number;
  lines: string[];
}

type Parsed<T> = { ok: true; value: T } | { ok: false; refusal: Refusal };

/** Words of a command as a shell splits them, without running one; operators and patterns stay plain words. */
export function splitCommand(command: string): string[] {
  return parse(command, (name) => `$${name}`).flatMap((token) => {
    if (typeof token === "string") return [token];
    if ("comment" in token) return [];
    return [token.op === "glob" ? token.pattern : token.op];
  });
}

/** What scripts do before their program, and what changes nothing here. */
const PREPARATIONS = new Set(": cd echo export mkdir set sleep true ulimit umask unset".split(" "));

/** The words of the first statement of a shell script that is more than a preparation. */
function mainStatement(script: string): string[] {
  for (const line of script.replace(/\\\r?\n/g, " ").split(/\r?\n/)) {
    for (const words of statementsOf(line)) {
      const first = words.findIndex((word) => !/^\w+=/.test(word) && word !== "exec");
      if (first >= 0 && !PREPARATIONS.has(words[first] ?? "")) return words.slice(first);
    }
  }
  return [];
}

/** Statements of one line; what is redirected or piped stays where it is, the rest of such a statement is left out. */
function statementsOf(line: string): string[][] {
  const statements: string[][] = [[]];
  let redirected = false;
  for (const token of parse(line, (name) => `$${name}`)) {
    const words = statements.at(-1) ?? [];
    if (typeof token === "string") {
      if (!redirected) words.push(token);
    } else if ("comment" in token) {
      break;
    } else if (token.op === "glob") {
      if (!redirected) words.push(token.pattern);
    } else if (token.op === ";" || token.op === "&&") {
      statements.push([]);
      redirected = false;
    } else {
      // `2>` leaves its number as a word.
      if (token.op.startsWith(">") && words.at(-1) === "2") words.pop();
      redirected = true;
    }
  }
  return statements;
}

/** Finds the program's own arguments in the container's command. Anything but this program cannot run here. */
export function programArguments(command: string): Parsed<string[]> {
  let words = splitCommand(command);
  const inner = words[2];
  if (/^(\/bin\/)?(ba)?sh$/.test(words[0] ?? "") && words[1] === "-c" && inner !== undefined)
    words = mainStatement(inner);
  const executable = words[0];
  if (executable === undefined) return refuse(127, ["/bin/sh: 1: no command specified"]);
  if (!/^(.*\/)?python(3(\.8)?)?$/.test(executable)) return refuse(127, [`/bin/sh: 1: ${executable}: not found`]);
  let index = 1;
  while (words[index]?.startsWith("-")) index++;
  const script = words[index];
  if (script === undefined || !/(^|\/)app\.py$/.test(script)) {
    const line = `${executable}: can't open file '${script ?? ""}': [Errno 2] No such file or directory`;
    return refuse(2, [line]);
  }
  return { ok: true, value: words.slice(index + 1) };
}

/** Python's argparse for these options: abbreviations, `--flag=value`, required ones, unknown ones. */
export function parseFlags(words: readonly string[]): Parsed<Flags> {
  const values = new Map<string, string>();
  const unknown: string[] = [];
  for (let index = 0; index < words.length; ) {
    if (words[index] === "-h" || words[index] === "--help") return refuse(0, helpText());
    const step = readOption(words, index);
    if ("problem" in step) return usageError(step.problem);
    if (step.name === undefined) unknown.push(...words.slice(index, step.next));
    else values.set(step.name, step.value);
    index = step.next;
  }
  const missing = OPTIONS.filter((option) => option.required && !values.has(option.name));
  if (missing.length > 0) {
    const names = missing.map((option) => `--${option.name}`).join(", ");
    return usageError(`the following arguments are required: ${names}`);
  }
  if (unknown.length > 0) return usageError(`unrecognized arguments: ${unknown.join(" ")}`);
  return {
    ok: true,
    value: {
      funcName: values.get("func_name") ?? "",
      ossSaveDir: values.get("oss_save_dir") ?? "",
      region: values.get("region") ?? "",
      useBlade: values.has("use_blade"),
      useTranslate: values.has("use_translate"),
      closeSafety: values.has("close_safety"),
      notUseDefaultBlade: values.has("not_use_default_blade"),
      removeOpt: values.has("remove_opt"),
    },
  };
}

type Step = { name: string; value: string; next: number } | { name: undefined; next: number } | { problem: string };

/** Takes the option at `index`, with its value where it has one; a word that is none of ours has no name. */
function readOption(words: readonly string[], index: number): Step {
  const word = words[index] ?? "";
  if (word === "--") return { name: undefined, next: words.length };
  if (!word.startsWith("--")) return { name: undefined, next: index + 1 };
  const equals = word.indexOf("=");
  const explicit = equals < 0 ? undefined : word.slice(equals + 1);
  const [option, ...others] = matchOptions(word.slice(2, equals < 0 ? undefined : equals));
  if (!option) return { name: undefined, next: index + 1 };
  if (others.length > 0) {
    const could = [option, ...others].map((match) => `--${match.name}`).join(", ");
    return { problem: `ambiguous option: ${word} could match ${could}` };
  }
  if (option.kind === "switch") {
    if (explicit === undefined) return { name: option.name, value: "", next: index + 1 };
    return { problem: `argument --${option.name}: ignored explicit argument ${quote(explicit)}` };
  }
  if (explicit !== undefined) return { name: option.name, value: explicit, next: index + 1 };
  const value = words[index + 1];
  if (value === undefined || looksLikeOption(value)) {
    return { problem: `argument --${option.name}: expected one argument` };
  }
  return { name: option.name, value, next: index + 2 };
}

function matchOptions(given: string): Option[] {
  const exact = OPTIONS.find((option) => option.name === given);
  return exact ? [exact] : OPTIONS.filter((option) => option.name.startsWith(given));
}

/** A word with a blank or a plain number after `-` is a value for argparse. */
function looksLikeOption(word: string): boolean {
  if (!word.startsWith("-") || word === "-") return false;
  return !/^-\d+$|^-\d*\.\d+$/.test(word) && !word.includes(" ");
}

const quote = (text: string) => (text.includes("'") ? `"${text}"` : `'${text}'`);

function usageLines(): string[] {
  const head = `usage: ${PROGRAM} `;
  const parts = ["[-h]", ...OPTIONS.map(usagePart)];
  const lines: string[] = [];
  let line = head;
  for (const part of parts) {
    if (line.length + part.length > 78 && line.trim() !== "") {
      lines.push(line.trimEnd());
      line = " ".repeat(head.length);
    }
    line += `${part} `;
  }
  return [...lines, line.trimEnd()];
}

function usagePart(option: Option): string {
  const text = option.kind === "switch" ? `--${option.name}` : `--${option.name} ${option.name.toUpperCase()}`;
  return option.required ? text : `[${text}]`;
}

function helpText(): string[] {
  return [
    ...usageLines(),
    "",
    "optional arguments:",
    "  -h, --help  show this help message and exit",
    ...OPTIONS.map((option) => `  ${usagePart(option).replace(/[[\]]/g, "")}  ${option.help}`),
  ];
}

const usageError = (message: string) => refuse(2, [...usageLines(), `${PROGRAM}: error: ${message}`]);

function refuse(exitCode: number, lines: string[]): { ok: false; refusal: Refusal } {
  return { ok: false, refusal: { exitCode, lines } };
}
