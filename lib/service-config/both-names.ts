import type { Path } from "./json-path";

export const NAME: Path = ["metadata", "name"];

/** Both places are read somewhere: they are written equal (eas-service-json.md §2.1). */
export const bothNames = (name: string) => [
  { path: ["name"], value: name },
  { path: NAME, value: name },
];
