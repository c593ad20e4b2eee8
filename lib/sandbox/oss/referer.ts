import { readXml } from "./body";
import { type Call, type Reply, requireBucket, xmlReply } from "./call";
import { ossError } from "./errors";
import type { RefererConfiguration } from "./store/records";
import { childrenOf, childText } from "./xml";

/** Hotlink protection: which pages may use a bucket's objects by anonymous or signed URLs. */

export function getBucketReferer(call: Call): Reply {
  const { allowEmpty, referers } = requireBucket(call).record.referer ?? { allowEmpty: true, referers: [] };
  return xmlReply("RefererConfiguration", { AllowEmptyReferer: allowEmpty, RefererList: { Referer: referers } });
}

export async function putBucketReferer(call: Call): Promise<Reply> {
  requireBucket(call);
  const document = await readXml(call.request, "RefererConfiguration");
  const allowEmpty = childText(document, "AllowEmptyReferer")?.trim();
  const [list] = childrenOf(document, "RefererList");
  if (!list || (allowEmpty !== "true" && allowEmpty !== "false")) throw ossError("MalformedXML");
  const referers = childrenOf(list, "Referer")
    .map(({ text }) => text.trim())
    .filter((text) => text !== "");
  const referer: RefererConfiguration = { allowEmpty: allowEmpty === "true", referers };
  call.store.commit({ op: "bucket", bucket: { ...requireBucket(call).record, referer } });
  return { status: 200 };
}

/** Requests with an Authorization header come from programs, not from pages, and an empty list allows all. */
export function checkReferer({ request, store }: Call): void {
  if (request.key === undefined || request.headers.has("authorization")) return;
  const configuration = store.bucket(request.bucket ?? "")?.record.referer;
  if (!configuration || configuration.referers.length === 0) return;
  const referer = request.headers.get("referer") ?? "";
  const isAllowed =
    referer === "" ? configuration.allowEmpty : configuration.referers.some((pattern) => matches(pattern, referer));
  if (isAllowed) return;
  throw ossError("AccessDenied", { message: "You are denied by bucket referer policy." });
}

/** `*` stands for any text, `?` for one character; what follows the host need not be named. */
function matches(pattern: string, referer: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}(?:[/?#].*)?$`, "i").test(referer);
}
