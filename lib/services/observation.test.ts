import { expect, test } from "vitest";
import { anEvent, at } from "./fixtures";
import { eventsSince } from "./observation";

const event = (reason: string, seconds: number) => anEvent(seconds, reason);
const namesOf = (events: ReturnType<typeof eventsSince>) => events.map(({ reason }) => reason);

test("events of one second keep the order in which they happened", () => {
  // As EAS lists them: the newest first, with whole seconds.
  const listed = [
    event("Started", 2),
    event("Created", 1),
    event("Pulled", 1),
    event("Pulling", 1),
    event("Placed", 0),
  ];
  const happened = ["Placed", "Pulling", "Pulled", "Created", "Started"];
  expect(namesOf(eventsSince(listed, undefined))).toEqual(happened);
  expect(namesOf(eventsSince(listed.toReversed(), undefined))).toEqual(happened);
  expect(namesOf(eventsSince(listed.slice(1, 4), undefined))).toEqual(["Pulling", "Pulled", "Created"]);
});

test("what happened before is left out, with a second of grace", () => {
  expect(namesOf(eventsSince([event("New", 9), event("Near", 8), event("Old", 5)], at(9)))).toEqual(["Near", "New"]);
});
