import { createHmac } from "node:crypto";
import { type Handler, serviceOf } from "@/lib/sandbox/eas/cloud";
import { invalidParameter } from "@/lib/sandbox/eas/fault";
import { valueAt } from "@/lib/sandbox/eas/json-path";
import { booleanParameter, integerParameter, oneOf, textParameter } from "@/lib/sandbox/eas/query";

/** As long as a login on the console. */
const EXPIRE_SECONDS = 43_200;

/**
 * DescribeServiceSignedUrl (reference: eas-openapi.md §7.2): the page of an AI-Web application, or its monitoring. The
 * address has the vendor's form and leads to the vendor: the sandbox has no such host.
 */
export const describeServiceSignedUrl: Handler = (call) => {
  const service = serviceOf(call);
  const { cloud, query } = call;
  const type = oneOf("Type", textParameter(query, "Type") ?? "webview", ["webview", "monitor"]) ?? "webview";
  const internal = booleanParameter(query, "Internal") ?? false;
  const seconds = integerParameter(query, "Expire", EXPIRE_SECONDS);
  if (type === "webview" && valueAt(service.config, "metadata.enable_webservice") !== true)
    throw invalidParameter(`Service [${service.name}] has no web page: metadata.enable_webservice is not true.`);
  const expire = Math.floor(cloud.clock.now() / 1000) + seconds;
  const zone = internal ? `${cloud.region}-vpc` : cloud.region;
  const host = `${service.name.replaceAll("_", "-")}-${cloud.account.uid}.console.${zone}.eas.pai-ml.com`;
  const signature = createHmac("sha1", service.token).update(`${type}\n${host}\n${expire}`).digest("base64url");
  const page = type === "monitor" ? "/monitor" : "";
  return { SignedUrl: `https://${host}${page}?expire=${expire}&signature=${signature}` };
};
