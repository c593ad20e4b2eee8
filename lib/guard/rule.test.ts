import { describe, expect, test } from "vitest";
import { type GuardFacts, type GuardState, NO_GUARD, nextStep, ruleOf, type Step, WARN_MS } from "./rule";

const M = 60_000;
const H = 60 * M;
const D = 24 * H;
const CREATED = Date.UTC(2026, 11, 1);

describe("rule", () => {
  const standard = { mode: "warn", idleMinutes: 30, remindDays: 3 } as const;
  test.each<[string, Record<string, string>, object]>([
    [
      "the default holds where no label speaks",
      {},
      { mode: "warn", idleMs: 30 * M, remindMs: 3 * D, source: "default" },
    ],
    ["a label stops after its time", { "easel-idle": "2h" }, { mode: "stop", idleMs: 2 * H, source: "label" }],
    ["in any case, with blanks", { "easel-idle": " 90M " }, { mode: "stop", idleMs: 90 * M }],
    ["a label switches it off", { "easel-idle": "off" }, { mode: "off", source: "label", unreadable: undefined }],
    ["what cannot be read never stops", { "easel-idle": "soon" }, { mode: "off", unreadable: "easel-idle: soon" }],
    ["nor does too short a time", { "easel-idle": "1m" }, { mode: "off", unreadable: "easel-idle: 1m" }],
    ["a time to live from the creation", { "easel-ttl": "3d" }, { endsAt: CREATED + 3 * D, mode: "warn" }],
    ["a day to live until", { "easel-ttl": "2026-12-24" }, { endsAt: Date.UTC(2026, 11, 24) }],
    ["a moment to live until", { "easel-ttl": "2026-12-24T18:00Z" }, { endsAt: Date.UTC(2026, 11, 24, 18) }],
    [
      "a time that cannot be read",
      { "easel-ttl": "christmas" },
      { endsAt: undefined, unreadable: "easel-ttl: christmas" },
    ],
  ])("%s", (_, labels, rule) => {
    expect(ruleOf(labels, CREATED, standard)).toMatchObject(rule);
  });
});

describe("next step", () => {
  const NOW = CREATED + 10 * D;
  const idle = ruleOf({ "easel-idle": "60m" }, CREATED, NO_GUARD);
  const onlyWarn = ruleOf({}, CREATED, { mode: "warn", idleMinutes: 60, remindDays: 7 });
  const ttl = (at: number) => ruleOf({ "easel-ttl": new Date(at).toISOString() }, CREATED, NO_GUARD);
  const facts = (idleMs: number, more: Partial<GuardFacts> = {}): GuardFacts => ({
    now: NOW,
    isRunning: true,
    usedAt: NOW - idleMs,
    isInUse: false,
    isUnknown: false,
    ...more,
  });
  const watching: GuardState = { stage: "watching" };
  const warned = (agoMs: number): GuardState => ({ stage: "warned", warnedAt: NOW - agoMs });

  test.each<[string, ReturnType<typeof ruleOf>, GuardFacts, GuardState, Step]>([
    ["no rule", ruleOf({}, CREATED, NO_GUARD), facts(9 * D), watching, { kind: "watch" }],
    ["used a moment ago", idle, facts(M), watching, { kind: "watch", reason: "idle", stopsAt: NOW + 59 * M }],
    [
      "a quarter of an hour before",
      idle,
      facts(45 * M),
      watching,
      { kind: "warn", reason: "idle", stopsAt: NOW + 15 * M },
    ],
    [
      "found idle for days: still told first",
      idle,
      facts(9 * D),
      watching,
      { kind: "warn", reason: "idle", stopsAt: NOW + WARN_MS },
    ],
    [
      "told, not yet time",
      idle,
      facts(50 * M),
      warned(5 * M),
      { kind: "watch", reason: "idle", stopsAt: NOW + 10 * M },
    ],
    ["told, and time", idle, facts(60 * M), warned(15 * M), { kind: "stop", reason: "idle" }],
    [
      "told a moment ago, though idle for days",
      idle,
      facts(9 * D),
      warned(M),
      { kind: "watch", reason: "idle", stopsAt: NOW + 14 * M },
    ],
    [
      "used since it was told: told anew",
      idle,
      facts(46 * M),
      warned(2 * H),
      { kind: "warn", reason: "idle", stopsAt: NOW + 15 * M },
    ],
    [
      "used since, not idle yet",
      idle,
      facts(M),
      warned(15 * M),
      { kind: "watch", reason: "idle", stopsAt: NOW + 59 * M },
    ],
    ["a picture is being made", idle, facts(2 * H, { isInUse: true }), warned(H), { kind: "watch", held: "in_use" }],
    [
      "a sign of use could not be read",
      idle,
      facts(2 * H, { isUnknown: true }),
      warned(H),
      { kind: "watch", held: "use_unknown" },
    ],
    ["locked", idle, facts(2 * H, { refusal: "locked" }), warned(H), { kind: "watch", held: "locked" }],
    ["kept by a person", idle, facts(2 * H), { ...warned(H), keepUntil: NOW + M }, { kind: "watch", held: "kept" }],
    ["kept no longer", idle, facts(2 * H), { ...warned(H), keepUntil: NOW - M }, { kind: "stop", reason: "idle" }],
    ["only to be told of", onlyWarn, facts(50 * M), watching, { kind: "warn", reason: "idle", stopsAt: undefined }],
    ["told, and never stopped", onlyWarn, facts(9 * D), warned(8 * D), { kind: "watch", reason: "idle" }],
    [
      "its time is nearly over, used or not",
      ttl(NOW + 10 * M),
      facts(M),
      watching,
      { kind: "warn", reason: "ttl", stopsAt: NOW + 15 * M },
    ],
    ["its time is over", ttl(NOW - M), facts(M), warned(20 * M), { kind: "stop", reason: "ttl" }],
    [
      "its time is over while a picture is made",
      ttl(NOW - M),
      facts(0, { isInUse: true }),
      warned(20 * M),
      { kind: "watch", held: "in_use" },
    ],
    ["at rest by a person's hand", idle, facts(9 * D, { isRunning: false }), watching, { kind: "rest" }],
    [
      "at rest by ours: to be written down",
      idle,
      facts(H, { isRunning: false }),
      { stage: "stopping" },
      { kind: "stopped" },
    ],
    [
      "stopped for less than the days",
      idle,
      facts(H, { isRunning: false }),
      { stage: "stopped", stoppedAt: NOW - 6 * D },
      { kind: "rest" },
    ],
    [
      "stopped for the days",
      idle,
      facts(H, { isRunning: false }),
      { stage: "stopped", stoppedAt: NOW - 7 * D },
      { kind: "remind" },
    ],
    [
      "reminded of once",
      idle,
      facts(H, { isRunning: false }),
      { stage: "reminded", stoppedAt: NOW - 9 * D },
      { kind: "rest" },
    ],
  ])("%s", (_, rule, given, state, step) => {
    expect(nextStep(rule, given, state)).toEqual(step);
  });
});
