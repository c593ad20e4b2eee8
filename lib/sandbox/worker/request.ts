import { ServiceError } from "./answer";
import type { LinkReader } from "./links";
import { decodePicture, type PilImage } from "./pictures";
import { PythonError } from "./python-error";
import {
  JsonDecodeError,
  type PythonObject,
  type PythonValue,
  parsePythonJson,
  pythonStr,
  pythonType,
} from "./python-json";

type FunctionName = "t2i" | "i2i" | "inpaint" | "outpaint" | "controlnet";

const BASE_FUNCTIONS: readonly PythonValue[] = ["t2i", "i2i", "inpaint", "outpaint"];

export interface ParsedRequest {
  fields: PythonObject;
  functionName: FunctionName;
  image?: PilImage;
  mask?: PilImage;
}

export interface RequestRules {
  /** `--func_name` */
  service: string;
  links: LinkReader;
  warn(message: string): void;
}

/** The first half of the service's work on a request: JSON, required keys, function, pictures. */
export async function parseRequest(body: Uint8Array, rules: RequestRules): Promise<ParsedRequest> {
  const fields = parseBody(body);
  for (const key of ["task_id", "prompt"]) {
    if (!fields.has(key)) throw new ServiceError("input", `key: ${key} must be provided!`);
  }
  const functionName = chooseFunction(fields, rules);
  if (functionName === "t2i") return { fields, functionName };
  const image = await readPicture(fields, "image", "i2i/controlnet/inpaint/outpaint", rules);
  if (functionName !== "inpaint") return { fields, functionName, image };
  return { fields, functionName, image, mask: await readPicture(fields, "mask", "inpaint", rules) };
}

function parseBody(body: Uint8Array): PythonObject {
  let value: PythonValue;
  try {
    value = parsePythonJson(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body));
  } catch (error) {
    if (error instanceof JsonDecodeError) throw new ServiceError("json", error.message);
    if (error instanceof TypeError) throw new ServiceError("json", "'utf-8' codec can't decode bytes: invalid byte");
    throw error;
  }
  if (value instanceof Map) return value;
  throw new PythonError("AttributeError", `'${pythonType(value)}' object has no attribute 'keys'`);
}

function chooseFunction(fields: PythonObject, rules: RequestRules): FunctionName {
  if (rules.service === "controlnet") return "controlnet";
  const wanted = fields.get("func_name") ?? (fields.has("func_name") ? null : "t2i");
  if (BASE_FUNCTIONS.includes(wanted)) return wanted as FunctionName;
  const list = BASE_FUNCTIONS.map((name) => `'${pythonStr(name)}'`).join(", ");
  rules.warn(`We only allow function list [${list}], but got ${pythonStr(wanted)}. We use t2i by default`);
  return "t2i";
}

async function readPicture(
  fields: PythonObject,
  kind: "image" | "mask",
  functions: string,
  rules: RequestRules,
): Promise<PilImage> {
  const link = fields.get(`${kind}_link`);
  const encoded = fields.get(`${kind}_base64`);
  if (link === undefined && encoded === undefined) {
    throw new ServiceError(
      "input",
      `key: ${kind}_link or ${kind}_base64 must be provided when using function ${functions}`,
    );
  }
  if (link !== undefined && encoded !== undefined) {
    throw new ServiceError(
      "input",
      kind === "image"
        ? "key: image_link or image_base64 must be provided when using function  i2i/controlnet/inpaint/outpaint, but got both!"
        : "key: mask_link or mask_base64 must be provided when using function i2i or controlnet, but got both!",
    );
  }
  if (link !== undefined) {
    if (typeof link !== "string") {
      throw new PythonError("TypeError", `argument of type '${pythonType(link)}' is not iterable`);
    }
    return readLink(link, kind, rules);
  }
  try {
    return await decodePicture(decodeBase64(encoded));
  } catch {
    const what = kind === "image" ? "Image" : "Mask image";
    throw new ServiceError("input", `${what} data not valid, please check your image data (${kind}_base64)`);
  }
}

async function readLink(link: string, kind: "image" | "mask", rules: RequestRules): Promise<PilImage> {
  const url = rules.links.toInternal(link);
  if (url !== link) {
    rules.warn(
      kind === "image"
        ? "oss link must be provided with internal in eas service! auto converting now"
        : "oss mask link must be provided with internal! Auto convert now.",
    );
  }
  try {
    const picture = await decodePicture(await rules.links.download(url));
    return { ...picture, mode: "RGB" };
  } catch {
    throw new ServiceError("input", `${kind} url ${url} response faild!`);
  }
}

/** Python's b64decode: characters outside of the standard alphabet are skipped, wrong padding is an error. */
function decodeBase64(value: PythonValue | undefined): Uint8Array {
  if (typeof value !== "string")
    throw new PythonError("TypeError", "argument should be a bytes-like object or ASCII string");
  const clean = value.replace(/[^A-Za-z0-9+/=]/g, "");
  if (clean.length % 4 !== 0) throw new PythonError("binascii.Error", "Incorrect padding");
  return Buffer.from(clean, "base64");
}
