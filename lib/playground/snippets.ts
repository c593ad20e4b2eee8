import { GenerateInputSchema } from "./input";
import { toRequestBody } from "./request";

export interface SnippetOptions {
  /** The service's address, internet or VPC. */
  url: string;
  /** The token, or what stands in its place while it is hidden. */
  token: string;
  /** What the service was deployed as. */
  func: "base" | "controlnet";
}

export interface CallSnippets {
  /** The two values that the deployment document asks for, as Python. */
  callInfo: string;
  curl: string;
  python: string;
}

type Json = string | number | boolean | Json[];

const INPUT_IMAGE = "input.png";

/** Written as text, since JavaScript drops the `.0` and the pipeline insists on a float. The same in JSON and Python. */
const CONTROL_SCALE = '"control_scale": 1.0';

/** Every parameter, also those that are the default: what is left out takes the value of the previous request. */
function exampleBody(func: SnippetOptions["func"]): Record<string, Json> {
  const input = GenerateInputSchema.parse({ func: "t2i", prompt: "a cat on a red sofa, soft light", seed: "42" });
  const { func_name: name, task_id: _, ...common } = toRequestBody(input, "exampletask");
  if (func === "base") return { ...(name && { func_name: name }), ...common };
  return { ...common, process_func: "canny", resize_mode: 0 };
}

/** The call information and the same call in curl and Python, each to be pasted as it is. */
export function callSnippets(options: SnippetOptions): CallSnippets {
  return { callInfo: callInfo(options), curl: curl(options), python: python(options) };
}

function callInfo({ url, token }: SnippetOptions): string {
  return `hosts = ${pythonQuote(url)}\nhead = {"Authorization": ${JSON.stringify(token)}}`;
}

/** The body goes in by standard input: a picture in it would be too long for an argument. */
function curl({ url, token, func }: SnippetOptions): string {
  const fixed = Object.entries(exampleBody(func)).map(
    ([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  const lines = [
    `  "task_id": "curl$(date +%s)"`,
    ...fixed.map(heredocEscape),
    ...(func === "controlnet"
      ? [`  ${CONTROL_SCALE}`, `  "image_base64": "$(base64 < ${INPUT_IMAGE} | tr -d '\\n')"`]
      : []),
  ];
  return [
    `curl -sS -X POST ${shellQuote(url)} \\`,
    `  -H ${shellQuote(`Authorization: ${token}`)} \\`,
    `  -H 'Content-Type: application/json' \\`,
    "  --data-binary @- <<EOF",
    "{",
    lines.join(",\n"),
    "}",
    "EOF",
  ].join("\n");
}

function python(options: SnippetOptions): string {
  const isControlnet = options.func === "controlnet";
  const body = [
    `    "task_id": uuid.uuid4().hex,`,
    ...Object.entries(exampleBody(options.func)).map(
      ([name, value]) => `    ${JSON.stringify(name)}: ${pythonValue(value)},`,
    ),
    ...(isControlnet ? [`    ${CONTROL_SCALE},`, `    "image_base64": image,`] : []),
  ];
  return [
    ...(isControlnet ? ["import base64"] : []),
    "import uuid",
    "",
    "import requests  # pip install requests",
    "",
    callInfo(options),
    "",
    ...(isControlnet
      ? [
          `with open(${JSON.stringify(INPUT_IMAGE)}, "rb") as file:`,
          "    image = base64.b64encode(file.read()).decode()",
          "",
        ]
      : []),
    "data = {",
    ...body,
    "}",
    "",
    "response = requests.post(hosts, json=data, headers=head, timeout=600)",
    "print(response.status_code, response.text)",
  ].join("\n");
}

/** Inside single quotes a POSIX shell reads everything literally but the quote itself. */
function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** In an unquoted here-document these three still mean something. */
function heredocEscape(text: string): string {
  return text.replace(/[\\$`]/g, "\\$&");
}

/** As the document writes it, in single quotes. JSON's escapes are Python's too. */
function pythonQuote(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner}'`;
}

/** JSON and Python literals differ in the truth values only. */
function pythonValue(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(pythonValue).join(", ")}]`;
  if (typeof value === "boolean") return value ? "True" : "False";
  return JSON.stringify(value);
}
