import type { Call, Handler } from "@/lib/sandbox/eas/cloud";
import { ApiFault } from "@/lib/sandbox/eas/fault";
import { booleanParameter, mapParameter, oneOf, readOrder, readPaging, textParameter } from "@/lib/sandbox/eas/query";

/*
 * Resource groups and dedicated gateways (reference: eas-openapi.md §6.4, §7.6). The account of the sandbox has bought
 * none: the lists are empty, and whatever is named is not there. A service that asks for one is refused just so.
 */

const GATEWAY_STATUSES = ["Creating", "Stopped", "Failed", "Running", "Deleted", "Deleting", "Waiting"];

export const listResources: Handler = ({ query }) => {
  oneOf("ResourceType", textParameter(query, "ResourceType"), ["Dedicated", "SelfManaged"]);
  readOrder(query);
  return { Resources: [], ...emptyPage(query) };
};

export const describeResource: Handler = (call) => {
  throw resourceNotFound(call);
};

export const listResourceServices: Handler = (call) => {
  readPaging(call.query);
  throw resourceNotFound(call);
};

export const listGateway: Handler = ({ query }) => {
  oneOf("Status", textParameter(query, "Status"), GATEWAY_STATUSES);
  oneOf("ChargeType", textParameter(query, "ChargeType"), ["PostPaid", "PrePaid"]);
  booleanParameter(query, "InternetEnabled");
  mapParameter(query, "Label");
  readOrder(query);
  return { Gateways: [], ...emptyPage(query) };
};

export const describeGateway: Handler = ({ params }) => {
  throw new ApiFault(
    404,
    "InvalidGateway.NotFound",
    `Gateway [${params.gateway ?? ""}] in region [${params.cluster ?? ""}] is not found.`,
  );
};

function emptyPage(query: URLSearchParams) {
  const { number, size } = readPaging(query);
  return { PageNumber: number, PageSize: size, TotalCount: 0 };
}

function resourceNotFound({ params }: Call): ApiFault {
  return new ApiFault(
    404,
    "InvalidResource.NotFound",
    `Resource [${params.resource ?? ""}] in region [${params.cluster ?? ""}] is not found.`,
  );
}
