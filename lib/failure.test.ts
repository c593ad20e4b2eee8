import { expect, test } from "vitest";
import { z } from "zod";
import { parseInput } from "./failure.server";

const Schema = z.object({ prompt: z.string(), tags: z.array(z.string()).default([]) });

test.each([{ prompt: "a\0b" }, { prompt: "a", tags: ["b", "\0"] }])(
  "a NUL is refused as input, not met as a fault of the store",
  (input) => {
    expect(() => parseInput(Schema, input)).toThrow(expect.objectContaining({ code: "invalid_input" }));
  },
);

test("words about NUL are only words", () => {
  expect(parseInput(Schema, { prompt: "\\u0000 and \\0" })).toEqual({ prompt: "\\u0000 and \\0", tags: [] });
});
