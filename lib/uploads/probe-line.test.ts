import { expect, test } from "vitest";
import { AppError } from "@/lib/errors";
import type { PutAnswer } from "@/lib/oss/upload/types";
import { probeLine } from "./probe-line";

const lost = () => new AppError("network", { retryable: true });
const full: PutAnswer = { etag: '"1"', crc64: "1" };

/** Each request answers in turn with what is told, the last for ever. */
function sending(...answers: (PutAnswer | AppError)[]) {
  let asked = 0;
  return async () => {
    const answer = answers[Math.min(asked++, answers.length - 1)];
    if (answer instanceof AppError) throw answer;
    return answer ?? {};
  };
}

const clock = { now: () => 0, sleep: async () => undefined };

test.each([
  ["both are answered in full", [[full], [full]], true, undefined],
  [
    "connections that are lost now and then",
    [
      [lost(), full],
      [lost(), lost(), full],
    ],
    true,
    undefined,
  ],
  ["no part gets through, and something answers there", [[lost()], [full]], true, "blocked"],
  ["no form gets through, and something answers there", [[full], [lost()]], true, "blocked"],
  ["nothing answers", [[lost()], [lost()]], false, "unreachable"],
  ["the ETag is hidden", [[{ crc64: "1" }], [full]], true, "hidden"],
  ["the CRC-64 is hidden from forms only", [[full], [{ etag: '"1"' }]], true, "hidden"],
  ["what does not arrive says more than what is hidden", [[{}], [lost()]], true, "blocked"],
  ["a refusal that can be read", [[new AppError("permission_denied")], [full]], true, undefined],
  ["an overloaded bucket", [[new AppError("upstream", { retryable: true })], [full]], true, undefined],
] as const)("%s", async (_, answers, there, problem) => {
  const sends = answers.map((given) => sending(...given));
  expect(await probeLine({ clock, sends, isThere: async () => there })).toBe(problem);
});
