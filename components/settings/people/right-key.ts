import type { Right } from "@/lib/auth/rights";

type Dashed<R extends string> = R extends `${infer Room}.${infer Deed}` ? `${Room}_${Deed}` : R;

/** The words for a right. */
export function rightKey<R extends Right>(right: R): `people.rights.${Dashed<R>}` {
  return `people.rights.${right.replace(".", "_") as Dashed<R>}`;
}
