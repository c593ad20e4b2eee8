import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { fetchJson } from "./fetch-json";
import { RELEASE, RELEASE_HEADER, releaseNews } from "./release";

/** The address of a server that answers every request so. */
async function answering(answer: (response: ServerResponse) => void): Promise<string> {
  const server = createServer((_, response) => answer(response)).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test("what the same release answers is taken as it is", async () => {
  const address = await answering((response) =>
    response.setHeader(RELEASE_HEADER, RELEASE).end(JSON.stringify({ name: "of today" })),
  );
  await expect(fetchJson(address)).resolves.toEqual({ name: "of today" });
});

test("what another release answers is not, whatever it is, and the page is told", async () => {
  const told = vi.fn();
  onTestFinished(releaseNews.subscribe(told));
  expect(releaseNews.isOther()).toBe(false);
  const address = await answering((response) =>
    response.setHeader(RELEASE_HEADER, "another").end(JSON.stringify({ name: "of tomorrow" })),
  );
  await expect(fetchJson(address)).rejects.toMatchObject({
    code: "conflict",
    params: { reason: "release" },
    retryable: false,
  });
  expect(told).toHaveBeenCalledOnce();
  expect(releaseNews.isOther()).toBe(true);
});

test("a page that stands between is no answer", async () => {
  const address = await answering((response) => response.end("<!doctype html><title>Sign in to the hotel</title>"));
  await expect(fetchJson(address)).rejects.toMatchObject({ code: "internal" });
});

test("a refusal keeps its code, also of another release", async () => {
  const refusal = { code: "throttled", params: { seconds: 3 }, retryable: true };
  const address = await answering((response) => response.writeHead(429).end(JSON.stringify(refusal)));
  await expect(fetchJson(address)).rejects.toMatchObject(refusal);
});
