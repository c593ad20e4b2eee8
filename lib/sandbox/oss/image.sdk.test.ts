import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Client, createClient, startTestServer, type TestServer } from "./testing";

const BUCKET = "pictures";
let server: TestServer;
let client: Client;
beforeAll(async () => {
  server = await startTestServer();
  client = createClient(server, { bucket: BUCKET });
  await client.putBucket(BUCKET);
  const background = { r: 200, g: 30, b: 30 };
  const picture = await sharp({ create: { width: 80, height: 40, channels: 3, background } })
    .png()
    .toBuffer();
  await client.put("p.png", picture);
  await client.put("text", Buffer.from("no picture"));
});
afterAll(() => server.remove());

const get = (process: string, key = "p.png") => client.get(key, { process } as never);

async function shape(process: string): Promise<string> {
  const { width, height, format } = await sharp((await get(process)).content).metadata();
  return `${width}×${height} ${format}`;
}

describe("sizes", () => {
  test.each([
    ["resize,w_40", "40×20 png"],
    ["resize,h_10", "20×10 png"],
    ["resize,l_20", "20×10 png"],
    ["resize,s_20", "40×20 png"],
    ["resize,m_lfit,w_20,h_20", "20×10 png"],
    ["resize,m_mfit,w_20,h_20", "40×20 png"],
    ["resize,m_fill,w_20,h_20", "20×20 png"],
    ["resize,m_pad,w_30,h_30,color_00FF00", "30×30 png"],
    ["resize,m_fixed,w_30,h_30", "30×30 png"],
    ["resize,p_50", "40×20 png"],
    ["resize,p_200", "160×80 png"],
    ["resize,w_160", "80×40 png"],
    ["resize,w_160,limit_0", "160×80 png"],
    ["resize,w_40/format,jpg", "40×20 jpeg"],
    ["format,webp/quality,q_50", "80×40 webp"],
  ])("%s", async (action, expected) => {
    expect(await shape(`image/${action}`)).toBe(expected);
  });
});

test("another format is announced, and what was true of the stored bytes alone is left out", async () => {
  const { res } = await get("image/format,jpg");
  const headers = res.headers as Record<string, string>;
  expect(headers["content-type"]).toBe("image/jpeg");
  expect(headers["x-oss-hash-crc64ecma"]).toBeUndefined();
});

test("info tells format and size", async () => {
  const info = JSON.parse((await get("image/info")).content.toString());
  expect(info).toMatchObject({ Format: { value: "png" }, ImageWidth: { value: "80" }, ImageHeight: { value: "40" } });
});

test.each([
  ["image/watermark,text_eA", "NotImplemented"],
  ["video/snapshot,t_1", "NotImplemented"],
  ["image", "NotImplemented"],
  ["image/resize", "InvalidArgument"],
  ["image/resize,w_0", "InvalidArgument"],
  ["image/resize,m_odd,w_10", "InvalidArgument"],
  ["image/quality,q_101", "InvalidArgument"],
  ["image/format,exe", "InvalidArgument"],
])("%s is refused with %s", async (process, code) => {
  await expect(get(process)).rejects.toMatchObject({ status: 400, code });
});

test("what is no picture is refused", async () => {
  await expect(get("image/resize,w_10", "text")).rejects.toMatchObject({ status: 400, code: "InvalidArgument" });
});
