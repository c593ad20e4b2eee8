import { describe, expect, it } from "vitest";
import { gpuStock, type MachineFacts, machineInStock } from "./machine";

const machine = (instanceType: string, changes: Partial<MachineFacts> = {}): MachineFacts => ({
  instanceType,
  cpu: 8,
  memoryGb: 30,
  gpu: { model: "GU30", count: 1, memoryGb: 24 },
  available: true,
  stockStatus: "WithStock",
  ...changes,
});
const soldOut = { stockStatus: "NoStock" };
const t4 = { gpu: { model: "T4", count: 1, memoryGb: 16 } };

it("counts as in stock what both words say is, and only types with a card", () => {
  const machines = [
    machine("a"),
    machine("b", soldOut),
    machine("c", { available: false }),
    machine("d", { gpu: undefined }),
  ];
  expect(gpuStock(machines)).toEqual({ count: 1, total: 3 });
});

describe("the type that is offered first", () => {
  it.each<[string, MachineFacts[], string | undefined]>([
    ["is the wanted one", [machine("other"), machine("wanted")], "wanted"],
    ["is another one where that is sold out", [machine("wanted", soldOut), machine("other")], "other"],
    ["has a card", [machine("wanted", soldOut), machine("plain", { gpu: undefined }), machine("other")], "other"],
    ["runs Blade where one does", [machine("wanted", soldOut), machine("t4", t4), machine("other")], "other"],
    [
      "has the smallest card of those",
      [
        machine("wanted", soldOut),
        machine("four", { gpu: { model: "A10", count: 4, memoryGb: 24 } }),
        machine("other"),
      ],
      "other",
    ],
    ["is the wanted one where nothing is in stock", [machine("other", soldOut), machine("wanted", soldOut)], "wanted"],
    ["is nothing where nothing is known", [], undefined],
  ])("%s", (_, machines, expected) => {
    expect(machineInStock(machines, "wanted")?.instanceType).toBe(expected);
  });
});
