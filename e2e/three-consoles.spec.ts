import { readFileSync } from "node:fs";
import { createServer, request as httpRequest, type Server } from "node:http";
import { expect } from "@playwright/test";
import { createControlClient } from "@/lib/sandbox/control/client";
import { ACCOUNT, callEas, serviceConfig } from "@/lib/sandbox/eas/testing";
import { createClient } from "@/lib/sandbox/oss/testing";
import { baseModel } from "@/lib/sandbox/worker/testing/model";
import { type Start, test } from "./launching";
import { NOBODY } from "./settings";

/* Three consoles on one database behind a proxy that takes turns, as a team may run them. */

test.use({ storageState: NOBODY });

const PICTURES = 18;
const portOf = ({ output }: Start, name: string) =>
  Number(new RegExp(`${name} +http://localhost:(\\d+)`).exec(output.out)?.[1]);

/** Gives each request to the next console that answers. */
function startProxy(ports: readonly number[]): Promise<{ server: Server; port: number; served: Map<number, number> }> {
  const served = new Map<number, number>();
  let turn = 0;
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const tryNext = (left: number) => {
        const port = ports[turn++ % ports.length] ?? 0;
        const { method, url: path, headers } = incoming;
        const onward = httpRequest({ port, host: "127.0.0.1", method, path, headers }, (answer) => {
          served.set(port, (served.get(port) ?? 0) + 1);
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
          answer.on("error", () => outgoing.destroy());
        });
        onward.on("error", () => (left > 0 && !outgoing.headersSent ? tryNext(left - 1) : outgoing.destroy()));
        outgoing.on("close", () => onward.destroy());
        onward.end(Buffer.concat(chunks));
      };
      tryNext(ports.length);
    });
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve({ server, served, port: typeof address === "object" && address ? address.port : 0 });
    });
  });
}

test("each picture is made once, and an open page goes on, though one is killed and one is asked to end", async ({
  launch,
  page,
}, testInfo) => {
  test.slow();
  const data = testInfo.outputPath("data");
  const env = {
    EASEL_DATA: data,
    EASEL_SETUP_CODE: "a-code-of-ours",
    EASEL_SANDBOX_ACCESS_KEY_ID: ACCOUNT.accessKeyId,
    EASEL_SANDBOX_ACCESS_KEY_SECRET: ACCOUNT.accessKeySecret,
  };
  const first = launch(env);
  const firstUrl = await first.ready();
  await expect.poll(() => first.output.out).toContain("access key secret");
  const clouds = Object.fromEntries(
    ["oss", "eas", "gateway", "sts", "control"].map((name) => [
      `EASEL_SANDBOX_${name.toUpperCase()}_PORT`,
      `${portOf(first, name)}`,
    ]),
  );
  const password = readFileSync(`${data}/postgres.password`, "utf8").trim();
  const databasePort = readFileSync(`${data}/postgres/postmaster.pid`, "utf8").split("\n")[3];
  const others = [1, 2].map(() => {
    const port = 20_000 + Math.floor(Math.random() * 20_000);
    const more = { DATABASE_URL: `postgres://easel:${password}@127.0.0.1:${databasePort}/postgres`, PORT: `${port}` };
    const start = launch({ ...env, ...clouds, ...more, NODE_ENV: "production", EASEL_SANDBOX: "on" }, [
      process.execPath,
      "node_modules/next/dist/bin/next",
      "start",
      "-H",
      "127.0.0.1",
      "-p",
      `${port}`,
    ]);
    return { start, port };
  });
  for (const { port } of others) {
    const answers = () =>
      fetch(`http://127.0.0.1:${port}/api/health`).then(
        ({ ok }) => ok,
        () => false,
      );
    await expect.poll(answers, { timeout: 60_000 }).toBe(true);
  }
  const { server, port, served } = await startProxy([Number(new URL(firstUrl).port), ...others.map((one) => one.port)]);
  const url = `http://127.0.0.1:${port}`;

  await page.goto(url);
  await page.getByLabel("Set-up code").fill("a-code-of-ours");
  await page.getByLabel("Name or email").fill("owner");
  await page.getByLabel("Password", { exact: true }).fill("three quiet consoles");
  await page.getByLabel("Password, once more").fill("three quiet consoles");
  await page.getByRole("button", { name: "Create owner account" }).click();
  await expect(page.getByRole("heading", { name: "Services", level: 1 })).toBeVisible();
  await page.goto(`${url}/settings/api`);
  await page.getByRole("button", { name: "Create token" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Create token" });
  await dialog.getByLabel("Name").fill("many");
  await dialog.getByLabel("Make pictures").check();
  await dialog.getByRole("button", { name: "Create token" }).click();
  const token = (await dialog.getByText(/^easel_/).innerText()).trim();

  const oss = createClient({ port: portOf(first, "oss") }, { ...ACCOUNT });
  await oss.putBucket("models");
  oss.useBucket("models");
  for (const [path, body] of Object.entries(baseModel())) await oss.put(`base/${path}`, Buffer.from(body));
  const config = serviceConfig("shared", {
    metadata: { type: "Async" },
    container: {
      command: "python /home/pai/app.py --func_name base --oss_save_dir oss://models/out/ --region hangzhou",
    },
    top: {
      storage: [
        { mount_path: "/oss", oss: { path: "oss://models/base/" } },
        { mount_path: "/result", oss: { path: "oss://models/out/" } },
      ],
    },
  });
  expect((await callEas(portOf(first, "eas"), "POST", "/api/v2/services", config)).ok).toBe(true);
  const control = createControlClient(portOf(first, "control"));
  const status = async () => (await control.status()).services.find(({ name }) => name === "shared")?.status;
  await expect.poll(status, { timeout: 30_000 }).toBe("Running");

  await page.goto(`${url}/services/shared`);
  await expect(page.getByText("Running").first()).toBeVisible();
  const headers = { authorization: `Bearer ${token}` };
  const requests = Array.from({ length: PICTURES }, (_, at) => ({
    taskId: `onceonly${at.toString(36).padStart(8, "0")}`,
    input: { func: "t2i", prompt: `picture ${at}`, steps: 2 },
  }));
  const ask = () => page.request.post(`${url}/api/v1/services/shared/generations`, { headers, data: { requests } });
  // Twice, as after a lost answer, and to another console.
  for (const answer of [await ask(), await ask()]) expect(answer.status()).toBe(200);

  const made = async () => (await oss.listV2({ prefix: "out/result/", "max-keys": "1000" }, {})).objects ?? [];
  const [killed, leaving] = others;
  await expect.poll(async () => (await made()).length, { timeout: 60_000 }).toBeGreaterThan(3);
  killed?.start.child.kill("SIGKILL");
  await killed?.start.exited;
  await expect.poll(async () => (await made()).length, { timeout: 60_000 }).toBeGreaterThan(6);
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  const stream = await fetch(`http://127.0.0.1:${leaving?.port}/api/services/shared/live`, { headers: { cookie } });
  expect(stream.status).toBe(200);
  const askedAt = Date.now();
  leaving?.start.child.kill("SIGTERM");
  // Who listens is told when to come back; nothing is cut off.
  expect(await stream.text()).toMatch(/^retry: 2000\n[\s\S]*retry: \d+\n\n$/);
  expect(await leaving?.start.exited).toBe(0);
  expect(Date.now() - askedAt).toBeLessThan(5_000);
  const answers = async () => {
    const answer = await page.request.get(`${url}/api/v1/services/shared/generations?limit=100`, { headers });
    const rows = (await answer.json()) as { status: string; taskId: string; pictures: unknown[] }[];
    return rows.map((row) => `${row.status} ${row.pictures.length}`);
  };
  await expect.poll(answers, { timeout: 90_000 }).toEqual(Array(PICTURES).fill("succeeded 1"));
  const files = (await made()).map(({ name }) => name).filter((name) => name.endsWith(".png"));
  for (const { taskId } of requests)
    expect(
      files.filter((name) => name.includes(taskId)),
      taskId,
    ).toHaveLength(1);
  expect(served.size).toBe(3);

  // What others do there still comes to the page that was open all the time.
  await callEas(portOf(first, "eas"), "PUT", "/api/v2/services/cn-hangzhou/shared/stop");
  await expect(page.getByText("Stopped").first()).toBeVisible({ timeout: 30_000 });
  await page.goto("about:blank");
  server.closeAllConnections();
  server.close();
});
