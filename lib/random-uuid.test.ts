import { expect, test } from "vitest";
import { z } from "zod";
import { randomUuid } from "./random-uuid";

test("is a UUID of version 4, another each time", () => {
  const made = Array.from({ length: 200 }, randomUuid);
  for (const id of made) expect(z.uuidv4().safeParse(id).success, id).toBe(true);
  expect(new Set(made).size).toBe(made.length);
});
