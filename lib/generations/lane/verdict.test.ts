import { describe, expect, test } from "vitest";
import { AppError, type ErrorCode } from "@/lib/errors";
import { mayHaveArrived, verdictOf } from "./verdict";

const good = JSON.stringify({ success: 1, task_id: "t", prompt: "a", seed: "7", oss_url: ["oss://b/k.png"] });
const refusal = (code: number, message: string) => JSON.stringify({ success: 0, error_code: code, error_msg: message });
const UPSTREAM = "upstream connect error or disconnect/reset before headers. reset reason: connection termination";

describe("what to make of a call's end", () => {
  test.each([
    ["a picture", 200, good, { kind: "answer" }],
    ["an answer that was cut", 200, good.slice(0, 40), { kind: "search", patience: "short" }],
    ["nothing at all", 200, "", { kind: "search", patience: "short" }],
    ["a page in place of an answer", 200, "<html></html>", { kind: "search", patience: "short" }],
    ["the service's refusal", 460, refusal(460, "Input Body Format Error - x"), { kind: "failed" }],
    ["the GPU's memory", 469, refusal(469, "CUDA out of memory"), { kind: "failed" }],
    ["a refusal without its JSON", 462, "Image Decode Error", { kind: "failed" }],
    ["a refused token", 401, "unauthorized", { kind: "again", reason: "token" }],
    ["a service that nobody knows yet", 404, "", { kind: "again", reason: "not_ready" }],
    ["no instance", 503, "no healthy upstream", { kind: "again", reason: "not_ready" }],
    ["an empty 503", 503, "", { kind: "again", reason: "not_ready" }],
    ["an instance that died in the middle", 503, UPSTREAM, { kind: "search", patience: "short" }],
    ["a rate limit", 429, "", { kind: "again", reason: "busy" }],
    ["a full waiting line", 450, "", { kind: "again", reason: "busy" }],
    ["the keepalive's end", 408, "", { kind: "search", patience: "long" }],
    ["the gateway's own limit", 504, "", { kind: "search", patience: "long" }],
    ["a body that is too large", 413, "", { kind: "failed" }],
    ["a method that is not taken", 405, "", { kind: "failed" }],
    ["a bad request", 400, "", { kind: "failed" }],
    ["a forbidden one", 403, "", { kind: "failed" }],
    ["a bad gateway", 502, "<html>", { kind: "search", patience: "short" }],
    ["a caller that left", 499, "", { kind: "search", patience: "short" }],
    ["what nobody has seen yet", 599, "", { kind: "search", patience: "short" }],
  ])("%s (%i)", (_, status, body, verdict) => {
    expect(verdictOf(status, body)).toMatchObject(verdict);
  });

  test("what is not a picture keeps the other side's words", () => {
    expect(verdictOf(503, "no healthy upstream")).toMatchObject({
      error: { kind: "gateway", code: 503, message: "no healthy upstream" },
    });
  });
});

describe("a call that ended without an answer", () => {
  test.each<[string, ErrorCode, string | undefined, boolean]>([
    ["was refused at the door", "network", "ECONNREFUSED", false],
    ["found no such name", "network", "ENOTFOUND", false],
    ["found no name server", "network", "EAI_AGAIN", false],
    ["found no way", "network", "EHOSTUNREACH", false],
    ["found no network", "network", "ENETUNREACH", false],
    ["broke off", "network", "ECONNRESET", true],
    ["broke off while it was sent", "network", "EPIPE", true],
    ["ended, and nobody says why", "network", undefined, true],
    ["took too long", "timeout", undefined, true],
    ["was not even made", "invalid_input", undefined, false],
  ])("%s: may have been heard %s %s → %s", (_, code, vendor, expected) => {
    expect(mayHaveArrived(new AppError(code, { vendor: { code: vendor } }))).toBe(expected);
  });
});
