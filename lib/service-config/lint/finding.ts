import type { CommandFlags } from "../command";
import type { ConfigView } from "../config-view";
import type { Patch } from "../document";
import type { ModelReport } from "../draft";
import { type JsonObject, type Path, showPath, valueAt } from "../json-path";
import type { MachineFacts } from "../machine";
import type { RequestSize } from "../timing";

export interface LintFinding {
  level: "error" | "warning" | "info";
  /** Sentences: `lint.<code>.title`, `.hint`, and `.repair` where there is one. */
  code: string;
  /** Where in the document; empty when it is about the model or the account. */
  path: Path;
  /** Which switch of the start command. */
  flag?: keyof CommandFlags;
  params: Record<string, string | number>;
  /** The facts it follows from, as they stand in the document or came from the cloud. */
  proof: string[];
  /** Changes of the document after which the rule is content. */
  repair?: Patch[];
}

/** What only the cloud knows. An unknown fact silences the rules that need it. */
export interface LintFacts {
  region: string;
  /** Set where a service is changed: its name is taken by itself and cannot be another. */
  runningName?: string;
  takenNames?: readonly string[];
  /** Bucket → region. */
  bucketRegions?: Readonly<Record<string, string>>;
  machines?: readonly MachineFacts[];
  /** The largest request to expect. */
  expected?: RequestSize;
  /** The region's other services, and where they keep their models. */
  neighbours?: readonly Neighbour[];
  /** What the model check says about one folder. */
  model?: { uri: string; report: ModelReport; incomplete?: boolean };
  /** The bucket chosen for results: what a missing mount is repaired with. */
  bucket?: string;
  /** The model chosen in the wizard. */
  modelUri?: string;
}

export interface Neighbour {
  name: string;
  status: string;
  modelUri?: string;
  optimises: boolean;
}

export interface LintInput {
  value: JsonObject;
  view: ConfigView;
  facts: LintFacts;
  /** What is an error for the image we know is a warning for another one. */
  level: "error" | "warning";
}

export type Rule = (input: LintInput) => (LintFinding | false | undefined)[];

interface Details extends Omit<Partial<LintFinding>, "level" | "code" | "path" | "proof"> {
  /** Paths whose value is shown as proof, beside what comes from elsewhere. */
  shows?: readonly Path[];
  facts?: readonly (string | false | undefined)[];
}

/** Proof is written by the rule's input: `metadata.rpc.keepalive = 5000`. */
export function finder({ value }: LintInput) {
  return (level: LintFinding["level"], code: string, path: Path, details: Details = {}): LintFinding => {
    const { shows = path.length > 0 ? [path] : [], facts = [], params = {}, ...rest } = details;
    const shown = shows.map((at) => `${showPath(at)} = ${brief(valueAt(value, at))}`);
    return {
      level,
      code,
      path,
      params,
      proof: [...shown, ...facts.filter((fact) => typeof fact === "string")],
      ...rest,
    };
  };
}

const MAX_PROOF = 300;

function brief(value: unknown): string {
  if (value === undefined) return "∅";
  const text = JSON.stringify(value);
  return text.length > MAX_PROOF ? `${text.slice(0, MAX_PROOF)}…` : text;
}
