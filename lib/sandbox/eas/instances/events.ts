import { type Handler, serviceOf } from "@/lib/sandbox/eas/cloud";
import { invalidParameter } from "@/lib/sandbox/eas/fault";
import { oneOf, pageByNum, textParameter, timeParameter, toBlankTimestamp } from "@/lib/sandbox/eas/query";

/* DescribeServiceEvent (reference: eas-openapi.md §7.2, eas-service-lifecycle.md §3). */

const WEEK_MS = 7 * 24 * 3_600_000;

/** Newest first. */
export const describeServiceEvent: Handler = (call) => {
  const { query, cloud } = call;
  const service = serviceOf(call);
  const { from, until } = readRange(query, cloud.clock.now() - WEEK_MS, cloud.clock.now());
  const type = oneOf("EventType", textParameter(query, "EventType"), ["Normal", "Warning"]);
  const instance = textParameter(query, "InstanceName");
  const found = service.events
    .filter(
      (event) =>
        event.at >= from &&
        event.at <= until &&
        (type === undefined || event.type === type) &&
        (instance === undefined || event.instance === instance),
    )
    .reverse();
  const { items, counts } = pageByNum(query, found, 100);
  const Events = items.map(({ at, type: Type, reason, message, resource }) => ({
    Time: toBlankTimestamp(at),
    Type,
    Reason: reason,
    Message: message,
    Resource: resource,
  }));
  return { Events, ...counts };
};

/** Query times have whole seconds: the one that is named belongs to the range. */
export function readRange(query: URLSearchParams, earliest: number, latest: number): { from: number; until: number } {
  const from = timeParameter(query, "StartTime") ?? earliest;
  const until = Math.floor((timeParameter(query, "EndTime") ?? latest) / 1000) * 1000 + 999;
  if (textParameter(query, "StartTime") && from > until)
    throw invalidParameter(`StartTime [${textParameter(query, "StartTime")}] must not be after EndTime.`);
  return { from, until };
}
