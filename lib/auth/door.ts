import type { Clock } from "@/lib/clock";
import type { Database } from "@/lib/store/database";
import type { SecretBox } from "./secret-box";
import type { Caller } from "./sessions";

/** What the verbs before and around sign-in need. */
export interface Door {
  db: Database;
  clock: Clock;
  box: SecretBox;
  caller: Caller;
}
