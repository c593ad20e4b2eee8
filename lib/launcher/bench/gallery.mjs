/** A gallery of twenty thousand pictures: from a key in its search to the paint of what fits, and memory while one scrolls. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OSS from "ali-oss";
import pg from "pg";
import sharp from "sharp";
import { freePort } from "../ports.mjs";
import { becomeOwner, openBrowser, startConsole } from "./console.mjs";
import { residentMib } from "./devtools.mjs";

const ACCOUNT = { accessKeyId: "BENCHKEYID", accessKeySecret: "BENCHKEYSECRET0123456789" };
const REGION = "cn-hangzhou";
const BUCKET = "bench-gallery";
const PICTURES = 20_000;
/** Of 512 × 512; the rows share them. */
const OBJECTS = 48;
const SCREENS = 120;

export async function measureGallery(root, { say }) {
  const dataDir = mkdtempSync(join(tmpdir(), "easel-bench-gallery-"));
  const [port, oss] = [await freePort(), await freePort()];
  const address = `http://127.0.0.1:${port}`;
  const env = {
    EASEL_SANDBOX_OSS_PORT: String(oss),
    EASEL_SANDBOX_ACCESS_KEY_ID: ACCOUNT.accessKeyId,
    EASEL_SANDBOX_ACCESS_KEY_SECRET: ACCOUNT.accessKeySecret,
    EASEL_SANDBOX_REGION: REGION,
  };
  const console = await startConsole(root, dataDir, port, env);
  const browser = await openBrowser();
  try {
    const state = await becomeOwner(browser, address);
    await putPictures(oss);
    await insertRows(dataDir);
    return await measurePage(browser, address, state, say);
  } finally {
    await browser.close();
    await console.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function putPictures(port) {
  const client = new OSS({
    ...ACCOUNT,
    region: `oss-${REGION}`,
    endpoint: `http://localhost:${port}`,
    sldEnable: true,
    authorizationV4: true,
    bucket: BUCKET,
  });
  await client.putBucket(BUCKET);
  for (let n = 0; n < OBJECTS; n++) {
    const background = { r: (n * 37) % 256, g: (n * 91) % 256, b: (n * 151) % 256 };
    const picture = sharp({ create: { width: 512, height: 512, channels: 3, background } });
    await client.put(`out/result/${n}.png`, await picture.png().toBuffer());
  }
}

/** As many as years bring, past every service: into the store that the launcher has started. */
async function insertRows(dataDir) {
  const [, , , port] = readFileSync(join(dataDir, "postgres", "postmaster.pid"), "utf8").split("\n");
  const password = readFileSync(join(dataDir, "postgres.password"), "utf8").trim();
  const client = new pg.Client({
    host: "127.0.0.1",
    port: Number(port),
    user: "easel",
    password,
    database: "postgres",
  });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO generations (connection_id, service, user_name, task_id, status, input, request, served, answer, bucket, keys, seed, side_car, created_at, settled_at)
       SELECT 'embedded', 'bench_' || n % 7, 'person' || n % 5 || '@example.com', 'bench' || lpad(n::text, 8, '0'), 'succeeded',
         jsonb_build_object('func', 't2i', 'prompt', p.prompt, 'negativePrompt', 'blurry, low quality, bad hands', 'steps', 50,
           'cfgScale', 7, 'width', 512, 'height', 512, 'imageNum', 1, 'seed', '', 'saveDir', 'result', 'loras', '[]'::jsonb),
         jsonb_build_object('prompt', p.prompt, 'steps', 50), jsonb_build_object('version', 1, 'isAsync', false, 'model',
           jsonb_build_object('bucket', 'models', 'folder', 'sd' || n % 3 || '/')),
         jsonb_build_object('prompt', p.prompt, 'isNsfw', '[false]'::jsonb), $1, jsonb_build_array('out/result/' || n % $2 || '.png'),
         n::text, 'written', now() - n * interval '1 minute', now() - n * interval '1 minute'
       FROM generate_series(1, $3) AS n,
         LATERAL (SELECT (ARRAY['a lighthouse at dawn, long exposure, calm sea', '雨后的江南水乡，油纸伞，青石板路',
           'portrait of an old sailor, studio light', '山间的小屋，清晨的阳光，薄雾'])[n % 4 + 1] || ' ' || n AS prompt) AS p`,
      [BUCKET, OBJECTS, PICTURES],
    );
    await client.query("ANALYZE generations");
  } finally {
    await client.end();
  }
}

async function measurePage(browser, address, storageState, say) {
  const context = await browser.newContext({ locale: "en-US", storageState, viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(`${address}/gallery`);
  await page.getByText("20,000 pictures").waitFor({ timeout: 60_000 });
  await page.getByRole("gridcell").first().waitFor();
  const times = await measureKeys(page);
  const slowestMs = Math.max(...times);
  say(`${PICTURES} pictures: slowest of ${times.length} keys ${slowestMs.toFixed(0)} ms`);
  const memory = await measureScrolling(browser, page);
  const { heapGrowthMib, residentGrowthMib } = memory;
  say(
    `scrolled ${SCREENS} screens: heap ${heapGrowthMib.toFixed(1)} MiB more, process ${residentGrowthMib?.toFixed(0)} MiB more`,
  );
  await context.close();
  return { pictures: PICTURES, slowestMs, medianMs: times.sort((a, b) => a - b)[times.length >> 1], ...memory };
}

/** To the paint of the pictures that fit: each of these texts fits another number of them, which is shown together with them. */
async function measureKeys(page) {
  const texts = [
    "1",
    "12",
    "123",
    "",
    "江",
    "江南 1",
    "江南 12",
    "lighthouse",
    "lighthouse 9",
    "sailor 77",
    "nothing fits",
    "",
  ];
  return page.getByLabel("Search prompts").evaluate(async (input, all) => {
    const setValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
    const shown = () => [...document.querySelectorAll("main [role=status]")].map((one) => one.textContent).join("|");
    const measured = [];
    for (const text of all) {
      const before = shown();
      const began = performance.now();
      setValue.call(input, text);
      input.dispatchEvent(new Event("input", { bubbles: true }));
      do await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
      while (shown() === before);
      measured.push(performance.now() - began);
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
    return measured;
  }, texts);
}

/** Down as a person scrolls, with a look at the memory before and after; the garbage is collected both times. */
async function measureScrolling(browser, page) {
  const system = await browser.newBrowserCDPSession();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable");
  const look = async () => {
    await devtools.send("HeapProfiler.collectGarbage");
    const { metrics } = await devtools.send("Performance.getMetrics");
    const { processInfo } = await system.send("SystemInfo.getProcessInfo");
    const resident = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => residentMib(id) ?? 0);
    const heap = metrics.find(({ name }) => name === "JSHeapUsedSize").value / 1024 ** 2;
    return { heap, resident: Math.max(0, ...resident) };
  };
  const scroll = async (screens) => {
    for (let screen = 0; screen < screens; screen++) {
      await page.mouse.wheel(0, 800);
      // Until what came into view is painted, and a hand is ready again.
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    }
  };
  await page.mouse.move(700, 600);
  // Caches and code that is compiled on the way are no growth.
  await scroll(20);
  const before = await look();
  await scroll(SCREENS);
  const after = await look();
  return {
    heapGrowthMib: after.heap - before.heap,
    residentGrowthMib: before.resident ? after.resident - before.resident : undefined,
  };
}
