import { expect, test } from "vitest";
import { add, NOTHING, type Tally } from "./cost";
import type { ServiceCost } from "./schemas";
import { byPerson, type Made, totalOf } from "./shares";

const HOUR = 3_600_000;
const ran = (hours: number, amount: number): Tally => ({ ...NOTHING, amount, pricedMs: hours * HOUR });
const service = (name: string, owner: string, tally: Tally, serviceId = name): ServiceCost => ({
  serviceId,
  service: name,
  owner,
  running: 0,
  tally,
  pictures: 0,
});
const made = (name: string, person: string, hours: number, pictures = 1): Made => ({
  service: name,
  person,
  pictures,
  busyMs: hours * HOUR,
});
const short = (services: ServiceCost[], pictures: Made[]) =>
  Object.fromEntries(
    byPerson(services, pictures).map((one) => [one.person, [one.kept.amount, one.making.amount, one.pictures]]),
  );

test.each<[string, ServiceCost[], Made[], Record<string, number[]>]>([
  ["nobody used it: all is its owner's", [service("a", "mei", ran(10, 100))], [], { mei: [100, 0, 0] }],
  [
    "the time of somebody's pictures is theirs, the rest the owner's",
    [service("a", "mei", ran(10, 100))],
    [made("a", "lin", 2, 40)],
    { mei: [80, 0, 0], lin: [0, 20, 40] },
  ],
  [
    "an owner's own pictures are theirs too",
    [service("a", "mei", ran(10, 100))],
    [made("a", "mei", 5)],
    { mei: [50, 50, 1] },
  ],
  [
    "more work than time is shared by the work",
    [service("a", "mei", ran(1, 100))],
    [made("a", "lin", 3), made("a", "wu", 1)],
    { lin: [0, 75, 1], wu: [0, 25, 1], mei: [0, 0, 0] },
  ],
  [
    "pictures of nobody known are the owner's cost",
    [service("a", "mei", ran(10, 100))],
    [made("a", "", 2, 3)],
    { mei: [100, 0, 0], "": [0, 0, 3] },
  ],
  [
    "of two services of one name the later one made the pictures",
    [service("a", "mei", ran(10, 100), "old"), service("a", "wu", ran(10, 50), "new")],
    [made("a", "lin", 10)],
    { mei: [100, 0, 0], lin: [0, 50, 1], wu: [0, 0, 0] },
  ],
])("%s", (_, services, pictures, expected) => {
  expect(short(services, pictures)).toEqual(expected);
});

test("what all people cost is what all services cost, whatever was made", () => {
  const services = [
    service("a", "mei", { ...ran(7, 91), unpricedMs: HOUR, unseenMs: 5 }),
    service("b", "lin", ran(3, 12)),
    service("c", "", { ...NOTHING, ownMs: 4 * HOUR }),
  ];
  const people = byPerson(services, [
    made("a", "lin", 2.5),
    made("b", "wu", 9),
    made("c", "wu", 1),
    made("x", "wu", 1),
  ]);
  const [all, each] = [services.map(({ tally }) => tally), people.map(totalOf)].map((tallies) =>
    tallies.reduce(add, NOTHING),
  );
  for (const key of Object.keys(NOTHING) as (keyof Tally)[])
    expect(each?.[key]).toBeCloseTo(all?.[key] ?? Number.NaN, 3);
});
