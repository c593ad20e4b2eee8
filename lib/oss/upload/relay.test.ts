import { describe, expect, test } from "vitest";
import { createManualClock } from "@/lib/clock";
import { AppError } from "@/lib/errors";
import { createBlobChecksum } from "./checksum";
import { createUpload } from "./engine";
import { planUpload } from "./plan";
import { withRelay } from "./relay";
import { FormTransport } from "./testing";
import type { SignRequest } from "./types";

const FILES = Array.from({ length: 3 }, (_, n) => ({ path: `f${n}`, file: new Blob([`content ${n}`]) }));
const unreachable = () => new AppError("network", { retryable: true });
const addressOf = (request: SignRequest) => `/relay ${JSON.stringify(request)}`;

/** A bucket that browsers do not reach by forms or signed URLs; what goes to the console's own address arrives. */
class Walled extends FormTransport {
  relayed = 0;
  serverReaches = true;

  override async post(): Promise<never> {
    throw unreachable();
  }

  override put(...[url, ...rest]: Parameters<FormTransport["put"]>) {
    if (!url.startsWith("/relay ")) return Promise.reject(unreachable());
    this.relayed++;
    return super.put(url.slice("/relay ".length), ...rest);
  }

  override async listSizes() {
    if (!this.serverReaches) throw unreachable();
    return super.listSizes();
  }
}

/** Delegating by prototype would lose `this`. */
function bound(transport: FormTransport) {
  return {
    sign: transport.sign.bind(transport),
    put: transport.put.bind(transport),
    signForm: transport.signForm.bind(transport),
    post: transport.post.bind(transport),
    initiate: transport.initiate.bind(transport),
    complete: transport.complete.bind(transport),
    abort: transport.abort.bind(transport),
    listParts: transport.listParts.bind(transport),
    listSizes: transport.listSizes.bind(transport),
    stat: transport.stat.bind(transport),
  };
}

async function run(transport: FormTransport, fromStart = false) {
  let relays = 0;
  const through = withRelay(bound(transport), { addressOf, onRelay: () => relays++, fromStart });
  // Waiting costs nothing here.
  const clock = { ...createManualClock(), now: () => 0, sleep: async () => undefined };
  const upload = createUpload(planUpload(FILES).plan, { transport: through, checksum: createBlobChecksum(), clock });
  upload.start();
  return { progress: await upload.settled(), relays };
}

describe("a browser that does not reach the bucket", () => {
  test("sends through the console, which does", async () => {
    const transport = new Walled(createManualClock());
    expect(await run(transport)).toMatchObject({ progress: { doneFiles: 3, failedFiles: 0 }, relays: 1 });
    expect(transport.relayed).toBe(3);
  });

  test("does so from the first byte when that is known before", async () => {
    const transport = new Walled(createManualClock());
    transport.serverReaches = false;
    expect(await run(transport, true)).toMatchObject({ progress: { doneFiles: 3, failedFiles: 0 }, relays: 0 });
    expect(transport.relayed).toBe(3);
  });

  test("does not, when the console reaches it no better", async () => {
    const transport = new Walled(createManualClock());
    transport.serverReaches = false;
    expect(await run(transport)).toMatchObject({ progress: { failedFiles: 3 }, relays: 0 });
  });

  test("a bucket that answered once is reachable, whatever fails later", async () => {
    const transport = new FormTransport(createManualClock());
    for (const { path } of FILES.slice(1)) transport.fail(`form:${path}`, ...Array.from({ length: 8 }, unreachable));
    expect(await run(transport)).toMatchObject({ progress: { doneFiles: 3 }, relays: 0 });
  });
});
