import type { Route } from "next";
import type { FindingCode } from "@/lib/models/findings";
import { paths } from "@/lib/paths";
import type { DecodedId } from "@/lib/playground/decoder";
import type { CheckId } from "@/lib/prerequisites/types";
import type { ReasonCode } from "@/lib/services/failure-signatures";
import type { GuideId } from "./guides";

/** Places of the console that link to help of their own: the guide, and the heading in it. */
export const HELP_TOPICS = {
  deploy: ["first-deployment", "check"],
  connection: ["account", "connection"],
  mainlandDomain: ["account", "bucket-domain"],
  call: ["calls", "call-information"],
  costs: ["operating", "costs"],
  guard: ["operating", "idle-guard"],
  people: ["operating", "people"],
  tokens: ["operating", "tokens"],
  signIn: ["console", "sign-in"],
  setUp: ["console", "set-up-code"],
} as const satisfies Record<string, readonly [GuideId, string]>;
export type HelpTopic = keyof typeof HELP_TOPICS;

/** Where the help on each thing stands. A code's heading has the code for its id, in the guide of that kind of code. */
export const help = {
  topic: (topic: HelpTopic): Route => paths.help(...HELP_TOPICS[topic]),
  reason: (code: ReasonCode): Route => paths.help("service", code),
  finding: (code: FindingCode): Route => paths.help("model", code),
  /** `code`: as in `lint.<code>.title`. */
  lint: (code: string): Route => paths.help("configuration", code),
  answer: (id: DecodedId): Route => paths.help("calls", id),
  check: (id: CheckId): Route => paths.help("account", id),
  /** What the line from the browser to the bucket lacks. */
  upload: (problem: "blocked" | "hidden" | "unreachable"): Route =>
    paths.help("console", `upload-${problem === "blocked" ? "cors" : problem}`),
} as const;
