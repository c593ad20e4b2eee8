import { expect, test } from "vitest";
import { inPlace } from "./order";

const deleteIt = inPlace(async (_: { connection: { id: string } }, { name }: { name: string }) => name);

test("an order is carried out where it was meant", async () => {
  expect(await deleteIt({ connection: { id: "a" } }, { name: "x", connectionId: "a" })).toBe("x");
});

test("after a change of the connection in another tab it is refused", async () => {
  await expect(deleteIt({ connection: { id: "b" } }, { name: "x", connectionId: "a" })).rejects.toMatchObject({
    code: "conflict",
    params: { what: "connection" },
  });
});
