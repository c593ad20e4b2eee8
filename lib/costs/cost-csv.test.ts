import { expect, test } from "vitest";
import { NOTHING } from "./cost";
import { toCostCsv } from "./cost-csv";
import type { CostReport } from "./schemas";

const REPORT: CostReport = {
  period: "today",
  from: "2026-11-30T16:00:00.000Z",
  until: "2026-12-01T04:00:00.000Z",
  currency: "CNY",
  meter: {},
  running: 0,
  total: NOTHING,
  pictures: 4,
  services: [
    {
      serviceId: "id-1",
      service: "portrait",
      owner: "=ada",
      running: 0,
      tally: { ...NOTHING, amount: 7.5, pricedMs: 3_600_000 },
      pictures: 4,
    },
    {
      serviceId: "id-2",
      service: "anime",
      owner: "mei",
      running: 0,
      tally: { ...NOTHING, amount: 1, pricedMs: 1, unpricedMs: 1_800_000 },
      pictures: 2,
    },
  ],
  people: [],
  days: [],
  gaps: [],
};

const cells = (report: CostReport) =>
  toCostCsv(report)
    .trim()
    .split("\r\n")
    .map((line) => line.split(",").slice(2));

test("a line a service; a picture has a price only where all of the time has one", () => {
  expect(cells(REPORT).slice(1)).toEqual([
    ["portrait", "id-1", "'=ada", "CNY", "7.5", "1", "0", "0", "0", "4", "1.875"],
    ["anime", "id-2", "mei", "CNY", "1", "0", "0.5", "0", "0", "2", ""],
  ]);
});

test("without a table there are times only", () => {
  expect(cells({ ...REPORT, currency: undefined })[1]).toEqual([
    "portrait",
    "id-1",
    "'=ada",
    "",
    "",
    "1",
    "0",
    "0",
    "0",
    "4",
    "",
  ]);
});
