import type { Route } from "next";

/** Every link of the console is made here. Names go through `encodeURIComponent` once, here. */

/** Links are built from data, which typed routes cannot follow; each target below has its folder in `app/`. */
const route = (path: string, query: Record<string, string | undefined> = {}): Route => {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined && value !== "") search.set(key, value);
  return (search.size > 0 ? `${path}?${search}` : path) as Route;
};

const service = (name: string) => `/services/${encodeURIComponent(name)}`;

/** The steps of the deploy wizard, in order. */
export const DEPLOY_STEPS = ["check", "model", "service", "review"] as const;
export type DeployStep = (typeof DEPLOY_STEPS)[number];

export const SETTINGS_SECTIONS = [
  "connections",
  "prices",
  "notifications",
  "people",
  "audit",
  "api",
  "account",
  "sessions",
  "appearance",
] as const;
export type SettingsSection = (typeof SETTINGS_SECTIONS)[number];

export const paths = {
  services: () => route("/"),
  deploy: (step?: DeployStep, draft?: string) => route("/deploy", { step, draft }),
  /** A deployment that begins with the configuration of a service, or of one of its versions. */
  clone: (from: string, version?: number) => route("/deploy", { from, version: version?.toString() }),
  service: (name: string) => route(service(name)),
  /** `recall`: a picture of the gallery, and what of it the form begins with. */
  playground: (name: string, recall?: { picture: string; what: string }) =>
    route(`${service(name)}/playground`, { recall: recall?.picture, what: recall?.what }),
  /** All pictures, or one of them by its task id; `search` as `lib/gallery/filters` writes it. */
  gallery: (taskId?: string, search = "") =>
    route(`/gallery${taskId === undefined ? "" : `/${encodeURIComponent(taskId)}`}${search}`),
  /** `previous`: what was written before the last restart; of one instance, or of the one that matters. */
  serviceLogs: (name: string, run?: "previous", instance?: string) => route(`${service(name)}/logs`, { run, instance }),
  serviceCall: (name: string) => route(`${service(name)}/call`),
  /** `field`: the one to begin with. */
  serviceConfiguration: (name: string, field?: string) => route(`${service(name)}/configuration`, { field }),
  serviceVersions: (name: string) => route(`${service(name)}/versions`),
  serviceScaling: (name: string) => route(`${service(name)}/scaling`),
  serviceSettings: (name: string) => route(`${service(name)}/settings`),
  costs: () => route("/costs"),
  models: () => route("/models"),
  imports: () => route("/models/import"),
  /** The buckets, one bucket, or a folder of it. */
  bucket: (bucket?: string, prefix?: string) => route("/models/browse", { bucket, prefix }),
  /** More for a model root that is there. */
  addPart: (bucket: string, prefix: string) => route("/models/part", { bucket, prefix }),
  download: (connection: string, bucket: string, key: string) =>
    route("/api/oss/download", { connection, bucket, key }),
  settings: (section: SettingsSection = "connections") => route(`/settings/${section}`),
  audit: (query: Record<string, string | undefined> = {}) => route("/settings/audit", query),
  auditExport: (query: Record<string, string | undefined>) => route("/api/audit/export", query),
  /** `problem`: why nobody was let in before. */
  signIn: (next?: string, problem?: string) => route("/sign-in", { next, problem }),
  /** Leads to the OpenID provider: a route, not a page, so never by a link that fetches ahead. */
  signInThrough: (next?: string) => route("/api/auth/oidc/start", { next }),
  setUp: () => route("/set-up"),
  /** Where the holder of a link comes in. */
  invitation: (token: string) => route(`/invite/${encodeURIComponent(token)}`),
  /** The guides, or a heading of one of them. `asked`: what somebody looks for. */
  help: (guide?: string, heading?: string) =>
    route(`/help${guide === undefined ? "" : `/${guide}`}${heading === undefined ? "" : `#${heading}`}`),
  helpOn: (asked: string) => route("/help", { q: asked }),
  /** A path of ours that came from outside and passed `safeNextPath`. */
  checked: (path: string) => route(path),
} as const;
