import { expect, test } from "vitest";
import { z } from "zod";
import { parseInput, toFailure } from "./failure.server";

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

test("a caller who has gone is no fault of the console", () => {
  const leaving = new AbortController();
  const failureOf = (error: unknown) => toFailure(error, "GET /api/x", leaving.signal).code;
  const gone = new Error("gone");
  expect(failureOf(gone)).toBe("internal");
  leaving.abort(gone);
  expect(failureOf(gone)).toBe("cancelled");
  expect(failureOf(new TypeError("a fault of ours, meanwhile"))).toBe("internal");
});
