import { ServiceError } from "./answer";
import type { LinkReader } from "./links";
import { type OpenedPicture, openPicture } from "./pictures";
import { PythonError } from "./python-error";
import {
  decodePythonUtf8,
  JsonDecodeError,
  type PythonObject,
  type PythonValue,
  parsePythonJson,
  pythonStr,
  pythonType,
} from "./python-json";
import { given } from "./values";

type FunctionName = "t2i" | "i2i" | "inpaint" | "outpaint" | "controlnet";

const BASE_FUNCTIONS: readonly PythonValue[] = ["t2i", "i2i", "inpaint", "outpaint"];

export interface ParsedRequest {
  fields: PythonObject;
  functionName: FunctionName;
  image?: OpenedPicture;
  mask?: OpenedPicture;
}

export interface RequestRules {
  /** `--func_name` */
  service: string;
  links: LinkReader;
  info(message: string): void;
  warn(message: string): void;
}

/** The first half of the service's work on a request: JSON, required keys, function, pictures. */
export async function parseRequest(body: Uint8Array, rules: RequestRules): Promise<ParsedRequest> {
  const fields = parseBody(body);
  for (const key of ["task_id", "prompt"]) {
    if (!fields.has(key)) throw new ServiceError("input", `key: ${key} must be provided!`);
  }
  const functionName = chooseFunction(fields, rules);
  rules.info(`using function: ${functionName}`);
  // A mistake in the first picture does not end the work; one in the second takes its place.
  const found: { image?: OpenedPicture; mask?: OpenedPicture; error?: ServiceError } = {};
  for (const kind of ["image", "mask"] as const) {
    if (functionName === "t2i" || (kind === "mask" && functionName !== "inpaint")) continue;
    try {
      found[kind] = await readPicture(fields, kind, rules);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      found.error = error;
    }
  }
  if (found.error) throw found.error;
  // The program keeps its own errors under this name, and takes the caller's value for one of them.
  if (fields.has("error")) {
    throw new PythonError(
      "AttributeError",
      `'${pythonType(given(fields, "error", null))}' object has no attribute 'code'`,
    );
  }
  return { fields, functionName, image: found.image, mask: found.mask };
}

function parseBody(body: Uint8Array): PythonObject {
  let value: PythonValue;
  try {
    value = parsePythonJson(decodePythonUtf8(body));
  } catch (error) {
    if (error instanceof JsonDecodeError) throw new ServiceError("json", error.message);
    throw error;
  }
  if (value instanceof Map) return value;
  throw new PythonError("AttributeError", `'${pythonType(value)}' object has no attribute 'keys'`);
}

function chooseFunction(fields: PythonObject, rules: RequestRules): FunctionName {
  if (rules.service === "controlnet") return "controlnet";
  const wanted = given(fields, "func_name", "t2i");
  if (BASE_FUNCTIONS.includes(wanted)) return wanted as FunctionName;
  const list = BASE_FUNCTIONS.map((name) => `'${pythonStr(name)}'`).join(", ");
  rules.warn(`We only allow function list [${list}], but got ${pythonStr(wanted)}. We use t2i by default`);
  return "t2i";
}

const WORDS = {
  image: {
    missing: "key: image_link or image_base64 must be provided when using function i2i/controlnet/inpaint/outpaint",
    both: "key: image_link or image_base64 must be provided when using function  i2i/controlnet/inpaint/outpaint, but got both!",
    unreadable: "Image data not valid, please check your image data (image_base64)",
    internal: "oss link must be provided with internal in eas service! auto converting now",
  },
  mask: {
    missing: "key: mask_link or mask_base64 must be provided when using function inpaint",
    both: "key: mask_link or mask_base64 must be provided when using function i2i or controlnet, but got both!",
    unreadable: "Mask image data not valid, please check your image data (mask_base64)",
    internal: "oss mask link must be provided with internal! Auto convert now.",
  },
} as const;

async function readPicture(fields: PythonObject, kind: "image" | "mask", rules: RequestRules): Promise<OpenedPicture> {
  const link = fields.get(`${kind}_link`);
  const encoded = fields.get(`${kind}_base64`);
  const words = WORDS[kind];
  if (link === undefined && encoded === undefined) throw new ServiceError("input", words.missing);
  if (link !== undefined && encoded !== undefined) throw new ServiceError("input", words.both);
  if (link !== undefined) return readLink(link, kind, rules);
  try {
    return await openPicture(decodeBase64(encoded));
  } catch {
    throw new ServiceError("input", words.unreadable);
  }
}

async function readLink(link: PythonValue, kind: "image" | "mask", rules: RequestRules): Promise<OpenedPicture> {
  const failed = (url: PythonValue) => new ServiceError("input", `${kind} url ${pythonStr(url)} response faild!`);
  if (typeof link !== "string") {
    // Lists and objects can be searched; nothing can be downloaded from them.
    if (Array.isArray(link) || link instanceof Map) throw failed(link);
    throw new PythonError("TypeError", `argument of type '${pythonType(link)}' is not iterable`);
  }
  const url = rules.links.toInternal(link);
  if (url !== link) rules.warn(WORDS[kind].internal);
  try {
    const opened = await openPicture(await rules.links.download(url));
    const loaded = { ...(await opened.load()), mode: "RGB" as const };
    return { ...loaded, load: async () => loaded };
  } catch {
    throw failed(url);
  }
}

/** Python's b64decode: foreign characters are skipped, the first complete padding ends it, an incomplete one is an error. */
export function decodeBase64(value: PythonValue | undefined): Uint8Array {
  if (typeof value !== "string") {
    throw new PythonError(
      "TypeError",
      `argument should be a bytes-like object or ASCII string, not '${pythonType(value ?? null)}'`,
    );
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the question is whether all of it is ASCII.
  if (/[^\x00-\x7f]/.test(value))
    throw new PythonError("ValueError", "string argument should contain only ASCII characters");
  const clean = value.replace(/[^A-Za-z0-9+/=]/g, "");
  let data = "";
  let from = 0;
  for (let at = clean.indexOf("="); at >= 0; at = clean.indexOf("=", from)) {
    data += clean.slice(from, at);
    const left = data.length % 4;
    if (left === 3 || (left === 2 && clean[at + 1] === "=")) return Buffer.from(data, "base64");
    from = at + 1;
  }
  data += clean.slice(from);
  if (data.length % 4 !== 0) throw new PythonError("binascii.Error", "Incorrect padding");
  return Buffer.from(data, "base64");
}
