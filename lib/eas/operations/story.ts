import { mapEvent } from "@/lib/eas/mapping";
import type { Page, ServiceDiagnosis, ServiceEvent, ServiceLogPage } from "@/lib/eas/types";
import * as wire from "@/lib/eas/wire";
import { redactText } from "@/lib/redact";
import { type Api, toQueryTime } from "./api";

export interface EventsQuery {
  /** Milliseconds since the epoch; EAS's own default is seven days ago. */
  startTime?: number;
  endTime?: number;
  type?: "Normal" | "Warning";
  instanceName?: string;
  page?: number;
  pageSize?: number;
}

export interface LogQuery {
  instanceName?: string;
  containerName?: string;
  /** One word, case-sensitive. Not together with a time range: EAS then drops lines (eas-openapi.md §7.2). */
  keyword?: string;
  startTime?: number;
  endTime?: number;
  /** The log before the container's last restart. */
  previous?: boolean;
  page?: number;
  pageSize?: number;
}

/** What a service has to tell (eas-openapi.md §7.2). */
export interface StoryOperations {
  describeServiceEvents(name: string, query?: EventsQuery): Promise<Page<ServiceEvent>>;
  describeServiceLog(name: string, query?: LogQuery): Promise<ServiceLogPage>;
  describeServiceDiagnosis(name: string): Promise<ServiceDiagnosis[]>;
}

export function storyOperations({ call, servicePath }: Api): StoryOperations {
  return {
    async describeServiceEvents(name, query = {}) {
      const reply = await call({
        action: "DescribeServiceEvent",
        method: "GET",
        path: servicePath(name, "events"),
        query: {
          StartTime: toQueryTime(query.startTime),
          EndTime: toQueryTime(query.endTime),
          EventType: query.type,
          InstanceName: query.instanceName,
          PageNum: query.page,
          PageSize: query.pageSize,
        },
        reply: wire.EventsReply,
      });
      return { items: reply.Events.map(mapEvent), totalCount: reply.TotalCount ?? reply.Events.length };
    },
    async describeServiceLog(name, query = {}) {
      const reply = await call({
        action: "DescribeServiceLog",
        method: "GET",
        path: servicePath(name, "logs"),
        query: {
          InstanceName: query.instanceName,
          ContainerName: query.containerName,
          Keyword: query.keyword,
          StartTime: toQueryTime(query.startTime),
          EndTime: toQueryTime(query.endTime),
          Previous: query.previous,
          PageNum: query.page,
          PageSize: query.pageSize,
        },
        reply: wire.LogReply,
      });
      return {
        // Programs print their environment and the addresses that they call.
        lines: reply.Logs.map(redactText),
        totalCount: reply.TotalCount ?? reply.Logs.length,
        page: reply.PageNum ?? 1,
        totalPages: reply.TotalPageNum ?? 1,
      };
    },
    async describeServiceDiagnosis(name) {
      const reply = await call({
        action: "DescribeServiceDiagnosis",
        method: "GET",
        path: servicePath(name, "diagnosis"),
        reply: wire.DiagnosisReply,
      });
      return reply.DiagnosisList.map(({ Error: error, Causes, Advices }) => ({
        error: error ?? "",
        causes: Causes,
        advices: Advices,
      }));
    },
  };
}
