import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Client, createClient, REGION, startTestServer, type TestServer } from "@/lib/sandbox/oss/testing";
import { createLinkFetcher } from "./network";
import { post, run } from "./testing/run";

/* Links as a client makes them with the official SDK, fetched from the sandbox's OSS as from the real one. */

const I2I = {
  task_id: "t",
  prompt: "a",
  func_name: "i2i",
  seed: 1,
  steps: 20,
  width: 64,
  height: 64,
  use_base64: true,
};

let oss: TestServer;
let pictures: Client;

beforeAll(async () => {
  oss = await startTestServer();
  pictures = createClient(oss);
  await pictures.putBucket("pictures");
  pictures.useBucket("pictures");
  for (const [key, background] of [
    ["in/green.png", "#0c2"],
    ["in/猫 1.png", "#0c2"],
    ["later/same.png", "#0c2"],
    ["in/open.png", "#0c2"],
  ] as const) {
    const png = sharp({ create: { width: 64, height: 64, channels: 3, background } }).png();
    await pictures.put(key, await png.toBuffer());
  }
  await pictures.putACL("in/open.png", "public-read");
});
afterAll(() => oss.remove());

const container = () => run({ fetchLink: createLinkFetcher(() => ({ port: oss.port, region: REGION })) }).container;
const ask = async (image_link: string, worker = container()) => {
  const { status, body } = await post(worker, { ...I2I, image_link, denoising_strength: 0.1 });
  return { status, message: body.error_msg };
};
const READ = { status: 200, message: undefined };
const REFUSED = {
  status: 460,
  message: expect.stringMatching(/^Input Body Format Error - image url /),
};

describe("a link with a signature", () => {
  it.each([
    ["V1", "in/green.png"],
    ["V1 of a name that needs escaping", "in/猫 1.png"],
  ])("%s is read", async (_, key) => {
    expect(await ask(pictures.signatureUrl(key, { expires: 600 }))).toEqual(READ);
  });

  it("V1 of the cloud's own address is read on the intranet", async () => {
    const signed = new URL(pictures.signatureUrl("in/green.png", { expires: 600 }));
    const link = `https://pictures.oss-${REGION}.aliyuncs.com/in/green.png${signed.search}`;
    expect(await ask(link)).toEqual(READ);
  });

  it("V4 is longer than a file name may be", async () => {
    const link = await createClient(oss, { v4: true, bucket: "pictures" }).signatureUrlV4(
      "GET",
      600,
      {},
      "in/green.png",
    );
    const name = link.split("/").at(-1) ?? "";
    expect((await fetch(link)).status).toBe(200);
    expect(Buffer.byteLength(name)).toBeGreaterThan(255);
    expect(await ask(link)).toEqual(REFUSED);
  });

  it("that has expired is refused", async () => {
    const link = pictures.signatureUrl("in/green.png", { expires: 60 });
    // The SDK signs by the real clock, which may be ahead of this one.
    await oss.clock.advance(300_000);
    expect(await ask(link)).toEqual(REFUSED);
  });
});

describe("a link without a signature", () => {
  it("is read when the object is public", async () => {
    expect(await ask(`https://pictures.oss-${REGION}.aliyuncs.com/in/open.png`)).toEqual(READ);
    expect(await ask(`http://localhost:${oss.port}/pictures/in/open.png`)).toEqual(READ);
  });

  it.each([
    ["a private object", () => `https://pictures.oss-${REGION}.aliyuncs.com/in/green.png`],
    ["an object that is not there", () => `http://localhost:${oss.port}/pictures/in/none.png`],
    ["another region", () => "https://pictures.oss-cn-beijing.aliyuncs.com/in/open.png"],
    ["another machine", () => "https://example.com/a.png"],
    ["another port of this machine", () => `http://localhost:${oss.port === 1 ? 2 : 1}/pictures/in/open.png`],
  ])("%s is refused", async (_, link) => {
    expect(await ask(link())).toEqual(REFUSED);
  });

  it("an error page is saved like a picture: the name stays spoilt for as long as the container lives", async () => {
    const worker = container();
    const link = `http://localhost:${oss.port}/pictures/later/same.png`;
    expect(await ask(link, worker)).toEqual(REFUSED);
    await pictures.putACL("later/same.png", "public-read");
    expect(await ask(link, worker)).toEqual(REFUSED);
    expect(await ask(link)).toEqual(READ);
  });
});
