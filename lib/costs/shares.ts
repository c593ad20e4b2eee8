import { add, NOTHING, type Tally } from "./cost";
import type { PersonCost, ServiceCost } from "./schemas";

/**
 * What a person costs, pure. A service costs by the time that it runs, whatever it does: the time in which it made somebody's
 * pictures is theirs, the rest is its owner's, who keeps it running. Nothing is counted twice, and nothing is left over.
 */

/** What somebody had a service make, by its name. */
export interface Made {
  service: string;
  /** Empty where nobody knows who. */
  person: string;
  pictures: number;
  busyMs: number;
}

export function byPerson(services: readonly ServiceCost[], made: readonly Made[]): PersonCost[] {
  const people = new Map<string, PersonCost>();
  const change = (person: string, to: (known: PersonCost) => Partial<PersonCost>) => {
    const known = people.get(person) ?? { person, services: 0, kept: NOTHING, making: NOTHING, pictures: 0 };
    people.set(person, { ...known, ...to(known) });
  };
  // Pictures know their service by its name; of several of one name the last one has them.
  const lastOf = new Map(services.map((service) => [service.service, service]));
  for (const service of services) {
    const shares = lastOf.get(service.service) === service ? sharesOf(service, made) : [];
    const rest = 1 - shares.reduce((sum, { share }) => sum + share, 0);
    change(service.owner, (known) => ({
      services: known.services + 1,
      kept: add(known.kept, scaled(service.tally, rest)),
    }));
    for (const { person, share } of shares)
      change(person, (known) => ({ making: add(known.making, scaled(service.tally, share)) }));
  }
  for (const { person, pictures } of made) change(person, (known) => ({ pictures: known.pictures + pictures }));
  return [...people.values()].toSorted((a, b) => totalOf(b).amount - totalOf(a).amount || timeOf(b) - timeOf(a));
}

export function totalOf({ kept, making }: PersonCost): Tally {
  return add(kept, making);
}

/** Several at the same time on several instances may be busy for longer than one runs; together they are never more than all. */
function sharesOf({ service, tally }: ServiceCost, made: readonly Made[]): { person: string; share: number }[] {
  const known = made.filter((one) => one.service === service && one.person !== "" && one.busyMs > 0);
  const busyMs = known.reduce((sum, one) => sum + one.busyMs, 0);
  const whole = Math.max(ranMs(tally), busyMs);
  return known.map(({ person, busyMs: own }) => ({ person, share: own / whole }));
}

function scaled(tally: Tally, by: number): Tally {
  return {
    amount: tally.amount * by,
    pricedMs: tally.pricedMs * by,
    unpricedMs: tally.unpricedMs * by,
    unseenMs: tally.unseenMs * by,
    ownMs: tally.ownMs * by,
  };
}

const ranMs = ({ pricedMs, unpricedMs, ownMs }: Tally) => pricedMs + unpricedMs + ownMs;
const timeOf = (person: PersonCost) => ranMs(totalOf(person));
