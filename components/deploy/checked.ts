/** A check takes its time and may fail: what its report may be used for while something else was given meanwhile. */
import type { ModelReport } from "@/lib/models/check";

interface Dropped {
  /** One per drop, however often what was dropped is repaired. */
  blobs: ReadonlyMap<unknown, unknown>;
}

export interface Checked<Given extends Dropped> {
  given: Given;
  report: ModelReport;
}

/** The last report stays in view while the same files are checked anew, and says nothing of other files. */
export function reportOf<Given extends Dropped>(given?: Given, checked?: Checked<Given>): ModelReport | undefined {
  return given && checked?.given.blobs === given.blobs ? checked.report : undefined;
}

/** Only what was checked as it is now may be sent. */
export function isCurrent<Given extends Dropped>(given?: Given, checked?: Checked<Given>): boolean {
  return given !== undefined && checked?.given === given;
}
