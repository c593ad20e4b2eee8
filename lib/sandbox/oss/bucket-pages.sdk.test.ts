import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Client, createClient, http, startTestServer, type TestServer, tag } from "./testing";

/** What concerns pages that use a bucket: symbolic links, referers, static websites. */

const BUCKET = "paged";

/** `@types/ali-oss` lacks or misstates them. */
interface Pages {
  putSymlink(name: string, target: string, options?: { meta: Record<string, string> }): Promise<unknown>;
  getSymlink(name: string): Promise<{ targetName: string }>;
  putBucketReferer(name: string, allowEmpty: boolean, referers: string[]): Promise<unknown>;
  getBucketReferer(name: string): Promise<{ allowEmpty: boolean; referers: string[] | null }>;
  putBucketWebsite(name: string, website: { index: string; error?: string; supportSubDir?: string }): Promise<unknown>;
  getBucketWebsite(name: string): Promise<{ index: string; error: string }>;
  deleteBucketWebsite(name: string): Promise<unknown>;
}

let server: TestServer;
let client: Omit<Client, keyof Pages> & Pages;
beforeEach(async () => {
  server = await startTestServer();
  client = createClient(server, { bucket: BUCKET }) as unknown as typeof client;
  await client.putBucket(BUCKET);
  await client.put("page.html", Buffer.from("<p>page</p>"), { headers: { "Content-Type": "text/html" } });
});
afterEach(() => server.remove());

describe("symbolic links", () => {
  test("a link reads as its target, and can be made before it", async () => {
    await client.putSymlink("链接", "目标 +");
    expect((await client.getSymlink("链接")).targetName).toBe("目标 +");
    await expect(client.get("链接")).rejects.toMatchObject({ status: 404, code: "SymlinkTargetNotExist" });
    await client.put("目标 +", Buffer.from("target"));
    const { content, res } = await client.get("链接");
    expect(content.toString()).toBe("target");
    expect(res.headers).toMatchObject({ "x-oss-object-type": "Symlink", "content-length": "6" });
    expect((await client.listV2({}, {})).objects.map(({ type }: { type: string }) => type)).toContain("Symlink");
  });

  test("a link has metadata of its own and its target's type", async () => {
    await client.put("target", Buffer.from("x"), { meta: { whose: "target" } as never, mime: "text/css" });
    await client.putSymlink("link", "target", { meta: { uid: "1" } });
    const { meta, res } = await client.head("link");
    expect(meta).toEqual({ uid: "1" });
    expect(res.headers).toMatchObject({ "content-type": "text/css", "content-length": "1" });
  });

  test("an ordinary object is none, and a link to a link is refused", async () => {
    await expect(client.getSymlink("page.html")).rejects.toMatchObject({ code: "NotSymlink" });
    await client.putSymlink("a", "b");
    await client.putSymlink("b", "page.html");
    await expect(client.get("a")).rejects.toMatchObject({ code: "InvalidTargetType" });
  });
});

describe("referers", () => {
  const read = async (referer?: string) => {
    const url = await (client as unknown as Client).signatureUrlV4("GET", 60, {}, "page.html");
    return http(server, url, { headers: referer === undefined ? {} : { referer } });
  };

  test("everybody is let in until a list says otherwise; then who is on it", async () => {
    expect(await client.getBucketReferer(BUCKET)).toMatchObject({ allowEmpty: true, referers: null });
    expect((await read("http://elsewhere.example")).status).toBe(200);
    await client.putBucketReferer(BUCKET, true, ["http://*.shop.example", "https://x?.example"]);
    const { allowEmpty, referers } = await client.getBucketReferer(BUCKET);
    expect([allowEmpty, referers]).toEqual([true, ["http://*.shop.example", "https://x?.example"]]);
    for (const referer of [undefined, "http://www.shop.example/cart?id=1", "https://x1.example/"]) {
      expect([referer, (await read(referer)).status]).toEqual([referer, 200]);
    }
    const denied = await read("http://elsewhere.example");
    expect([denied.status, tag(denied.body, "Message")]).toEqual([403, "You are denied by bucket referer policy."]);
    // Signed in the header, it is a program.
    expect((await client.get("page.html")).res.status).toBe(200);
  });

  test("an absent referer may be refused as well", async () => {
    await client.putBucketReferer(BUCKET, false, ["http://shop.example"]);
    expect((await read()).status).toBe(403);
  });
});

describe("static websites", () => {
  test("indexes of folders of their own are refused, not forgotten", async () => {
    const website = { index: "page.html", supportSubDir: "true" };
    await expect(client.putBucketWebsite(BUCKET, website)).rejects.toMatchObject({ code: "NotImplemented" });
  });

  const visit = (path: string) => http(server, path, { headers: { host: `${BUCKET}.localhost` } });

  test("an anonymous visitor gets the index and the error page", async () => {
    await expect(client.getBucketWebsite(BUCKET)).rejects.toMatchObject({ code: "NoSuchWebsiteConfiguration" });
    await client.putBucketWebsite(BUCKET, { index: "page.html", error: "missing.html" });
    expect(await client.getBucketWebsite(BUCKET)).toMatchObject({ index: "page.html", error: "missing.html" });
    expect((await visit("/")).status).toBe(403);
    await client.putBucketACL(BUCKET, "public-read");
    expect(await visit("/")).toMatchObject({ status: 200, body: "<p>page</p>" });
    expect(tag((await visit("/none")).body, "Code")).toBe("NoSuchKey");
    await client.put("missing.html", Buffer.from("<p>missing</p>"));
    expect(await visit("/none")).toMatchObject({ status: 404, body: "<p>missing</p>" });
    await client.put("shelf/book", Buffer.from("book"));
    expect(await visit("/shelf/")).toMatchObject({ status: 200, body: "<p>page</p>" });
    await client.deleteBucketWebsite(BUCKET);
    expect(tag((await visit("/")).body, "Name")).toBe(BUCKET);
  });
});
