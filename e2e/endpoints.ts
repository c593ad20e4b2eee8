import { readFileSync } from "node:fs";
import type { APIRequestContext } from "@playwright/test";
import { isConsoleRight, RIGHTS } from "@/lib/auth/rights";
import { ACTION_RIGHTS, ROUTE_RIGHTS } from "@/lib/auth/testing-endpoints";

/**
 * Every route and action of the console under test, as any program could call it. What lies behind is not reached: the input
 * is nothing that any of them takes, and nothing has these names.
 */

export interface Endpoint {
  name: string;
  /** `signed_in`: any person with a session. */
  right: (typeof RIGHTS)[number] | "signed_in";
  /** Asked in one connection, so that there is nothing to be found without it. */
  isPlaced: boolean;
  /** Goes on until it is left: not to be called by those who are let in. */
  isStream: boolean;
  /** What it answers: `ok`, or the code of its error, and of what it says that there is none. */
  call(request: APIRequestContext, connectionId?: string): Promise<{ code: string; what?: unknown }>;
}

interface Answer {
  code: string;
  params?: { what?: unknown };
}

export function everyEndpoint(): Endpoint[] {
  return [...rulesOf(ROUTE_RIGHTS).map(toRoute), ...toActions()];
}

function rulesOf(rights: Partial<Record<string, readonly string[]>>) {
  return Object.entries(rights).flatMap(([right, names]) => (names ?? []).map((name) => ({ name, ...ruleOf(right) })));
}

function ruleOf(name: string): Pick<Endpoint, "right" | "isPlaced"> {
  const right = RIGHTS.find((known) => known === name);
  return { right: right ?? "signed_in", isPlaced: right !== undefined && !isConsoleRight(right) };
}

function toRoute({ name, ...rule }: ReturnType<typeof rulesOf>[number]): Endpoint {
  const [method = "", path = ""] = name.split(" ");
  const url = path.replaceAll(/\[\w+\]/g, "no_such_one");
  return {
    name,
    ...rule,
    isStream: path.endsWith("/live"),
    async call(request, connectionId) {
      const answer = await request.fetch(connectionId ? `${url}?connection=${connectionId}` : url, {
        method,
        headers: { origin: await originOf(request), "content-type": "application/json" },
        data: method === "GET" ? undefined : "[]",
      });
      return answer.ok() ? { code: "ok" } : toShort(await answer.json());
    },
  };
}

interface Manifest {
  node: Record<string, { workers: Record<string, unknown>; exportedName: string }>;
}

/** By the names that the build gave them: a browser knows an action by nothing else. */
function toActions(): Endpoint[] {
  const { node } = JSON.parse(readFileSync(".next/server/server-reference-manifest.json", "utf8")) as Manifest;
  const built = Object.entries(node).map(([id, { workers, exportedName }]) => ({
    id,
    name: exportedName,
    page: toPath(Object.keys(workers)[0] ?? ""),
  }));
  return rulesOf(ACTION_RIGHTS).flatMap(({ name, ...rule }) =>
    // One that no page uses is in no build, and cannot be called.
    built
      .filter((one) => one.name === name)
      .map(({ id, page }) => ({
        name,
        ...rule,
        isStream: false,
        async call(request) {
          const answer = await request.post(page, {
            headers: {
              origin: await originOf(request),
              accept: "text/x-component",
              "next-action": id,
              "content-type": "text/plain;charset=UTF-8",
            },
            data: JSON.stringify(["nothing that it takes"]),
          });
          const found = /\{"ok":false,"error":(\{.*\})\}/.exec(await answer.text());
          if (!found?.[1]) return { code: `no answer (${answer.status()})` };
          return toShort(JSON.parse(found[1]));
        },
      })),
  );
}

/** `app/(console)/services/[name]/page` → `/services/no_such_one`. */
function toPath(worker: string): string {
  const steps = worker
    .replace(/^app\//, "")
    .replace(/\/?page$/, "")
    .split("/");
  const shown = steps.filter((step) => !step.startsWith("(") && !step.startsWith("[["));
  return `/${shown.map((step) => (step.startsWith("[") ? "no_such_one" : step)).join("/")}`;
}

const toShort = ({ code, params }: Answer) => ({ code, what: params?.what });

async function originOf(request: APIRequestContext): Promise<string> {
  return new URL((await request.get("/api/health/live")).url()).origin;
}
