import type { Page } from "@playwright/test";
import { sampleWith } from "@/lib/models/testing";
import { FAULT_KIND_NAMES, type FaultKind, type FaultRequest } from "@/lib/sandbox/core/fault-kinds";
import { control, createBucket, createService, putFault, putFiles, runningService } from "./cloud";
import { expect, expectAccessible, test } from "./fixtures";
import { beginDeployment, bucketNameOf, fresh, makePicture, state } from "./steps";

/*
 * Each fault that the sandbox knows, and the sentence that a person reads of it, or that nothing is said where all is well.
 * The last test keeps the tables complete.
 */

type Given = Record<string, unknown>;
type Place = Parameters<typeof createService>[0]["place"];

const IN_OWN_GROUP: Place = {
  metadata: { resource: "eas-r-sandbox0000000000000", cpu: 4, memory: 16_000, gpu: 1 },
};
/** A bid that may be outbid at any time. */
const BID_FOR: Place = {
  cloud: {
    computing: {
      instances: [{ type: "ecs.gn7i-c8g1.2xlarge", spot_price_limit: 9 }],
      disable_spot_protection_period: true,
    },
  },
};

/** Of a start: what the service's page calls it, and what it offers first. */
const OF_STARTS: [kind: FaultKind, parameters: Given, title: string, remedy: string, place?: Place][] = [
  ["out-of-stock", {}, "This instance type is sold out", "Change instance type"],
  ["group-full", {}, "The resource group has no room for this service", "Stop service", IN_OWN_GROUP],
  ["mount-failure", { reason: "forbidden" }, "EAS may not read the bucket", "Copy policy"],
  ["mount-failure", { reason: "no-bucket" }, "The bucket to mount does not exist", "Edit configuration"],
  ["mount-failure", { reason: "timeout" }, "The storage to mount cannot be reached", "Edit configuration"],
  ["image-pull-failure", { reason: "denied" }, "The registry refuses the image", "Edit configuration"],
  ["image-pull-failure", { reason: "unauthorized" }, "The registry refuses the image", "Edit configuration"],
  ["image-pull-failure", { reason: "no-such-host" }, "The registry's name cannot be resolved", "Edit configuration"],
  ["image-pull-failure", { reason: "timeout" }, "The registry cannot be reached", "Edit configuration"],
  ["image-pull-failure", { reason: "no-space" }, "The image does not fit on the disk", "Edit configuration"],
  ["crash-loop", { when: "start" }, "The program ended with an error", "Open previous log"],
  ["crash-loop", { when: "start", exitCode: 3 }, "The program ended without a message", "Open previous log"],
  ["host-oom", { when: "start" }, "The container used more memory than it has", "Change instance type"],
  ["stuck-waiting", { how: "probe" }, "The health check does not pass", "Open log"],
];

/** Of a service that runs: its machine is taken away. */
const OF_MACHINES: [kind: FaultKind, title: string, remedy: string, place?: Place][] = [
  ["spot-reclaimed", "A preemptible machine was taken back", "Change instance type", BID_FOR],
  ["arrears", "The account has an overdue payment", "Stop service"],
];

const GATEWAY = { server: "gateway" } as const;

/** Of a call: what its answer means. */
const OF_CALLS: [kind: FaultKind, parameters: Given, sentence: string, scope?: FaultRequest["scope"]][] = [
  ["latency", {}, "The service made a picture.", GATEWAY],
  ["bandwidth", {}, "The service made a picture.", GATEWAY],
  ["slow-start", {}, "The service made a picture."],
  ["workers-busy", { answer: "queue-full" }, "The service's waiting line is full: it draws one request at a time."],
  ["workers-busy", { answer: "rate-limit" }, "Too many requests at once."],
  ["workers-busy", { answer: "keepalive" }, "The request took longer than the service's time limit"],
  ["not-callable", { answer: "no-healthy-upstream" }, "No instance of the service is ready"],
  ["not-callable", { answer: "empty-503" }, "The service cannot take requests right now."],
  ["not-callable", { answer: "empty-404" }, "The gateway does not know the address yet, as right after a start."],
  ["gateway-page", {}, "The gateway could not reach the instance.", GATEWAY],
  ["vendor-error", { status: 429, message: "Too Many Requests" }, "Too many requests at once.", GATEWAY],
  ["expired-credentials", {}, "The token is missing or is not this service's.", GATEWAY],
  ["reset", { afterBytes: 0, direction: "answer" }, "The other side cannot be reached", GATEWAY],
  ["cuda-oom", {}, "The GPU ran out of memory."],
];

/** Of EAS itself: why what is shown may be old. */
const OF_EAS: [kind: FaultKind, parameters: Given, reason: string][] = [
  ["gateway-page", {}, "The cloud reported a failure"],
  ["vendor-error", {}, "The cloud reported a failure"],
  ["corrupted-answer", {}, "The cloud reported a failure"],
  ["reset", { afterBytes: 0, direction: "answer" }, "The other side cannot be reached"],
  ["expired-credentials", {}, "The cloud does not accept these keys"],
  ["clock-skew", {}, "This server's clock is wrong"],
];

/** Those with a test of their own below. */
const OF_THEIR_OWN = [
  "crash-loop",
  "host-oom",
  "slow-start",
  "stuck-waiting",
  "queue-full",
  "redelivery",
  "lost-etag",
] as const satisfies FaultKind[];

const putAt = (kind: FaultKind, parameters: Given, scope: FaultRequest["scope"]) =>
  control().add({ kind, parameters, scope } as FaultRequest);

const alertOf = (page: Page, title: string) => page.getByRole("alert").filter({ hasText: title });

test("each trouble of a start ends in its own sentence, with a way out", async ({ page }) => {
  test.slow();
  const prefix = fresh("trouble");
  const bucket = bucketNameOf(prefix);
  await createBucket(bucket);
  await putFiles(bucket, "models/sample/", sampleWith());
  const names = OF_STARTS.map((_, index) => `${prefix}_${index}`);
  for (const [index, [kind, parameters, , , place]] of OF_STARTS.entries()) {
    const name = names[index] ?? "";
    await putFault(kind, name, parameters);
    await createService({ name, bucket, root: "models/sample/", place });
  }
  for (const [index, [, , title, remedy]] of OF_STARTS.entries()) {
    await test.step(title, async () => {
      await page.goto(`/services/${names[index]}`);
      const box = alertOf(page, title);
      await expect(box).toBeVisible({ timeout: 30_000 });
      await expect(
        box
          .getByRole("button", { name: remedy })
          .or(box.getByRole("link", { name: remedy }))
          .first(),
      ).toBeVisible();
      await expect(box.getByRole("blockquote").first()).not.toBeEmpty();
      await expect(
        page
          .getByRole("list", { name: "Way to the first picture" })
          .getByText(/^(Held up|Failed)$/)
          .first(),
      ).toBeAttached();
    });
  }
  await expectAccessible(page);
});

test("a machine that is taken away is told while the service waits for another, and forgotten when it runs", async ({
  page,
}) => {
  test.slow();
  const prefix = fresh("taken");
  await Promise.all(OF_MACHINES.map(([, , , place], index) => runningService(`${prefix}_${index}`, { place })));
  for (const [index, [kind, title, remedy]] of OF_MACHINES.entries()) {
    await test.step(title, async () => {
      const name = `${prefix}_${index}`;
      await page.goto(`/services/${name}`);
      await expect(state(page, "Running")).toBeVisible();
      const fault = await putFault(kind, name);
      await page.reload();
      const box = alertOf(page, title);
      await expect(box).toBeVisible({ timeout: 60_000 });
      await expect(box.getByRole("button", { name: remedy }).or(box.getByRole("link", { name: remedy }))).toBeVisible();
      await expect(box.getByRole("blockquote").first()).not.toBeEmpty();
      await control().remove(fault.id);
      await expect(state(page, "Running")).toBeVisible({ timeout: 60_000 });
      await expect(box).toBeHidden();
    });
  }
});

test.describe("calls", () => {
  // Trying a call answers as the gateway did.
  test.use({ tolerated: /the server responded with a status of 502/ });

  test("a trouble of a call is explained beside its answer", async ({ page }) => {
    test.slow();
    const name = fresh("refusing");
    await runningService(name);
    await page.goto(`/services/${name}/call`);
    const send = page.getByRole("button", { name: "Send request" });
    for (const [kind, parameters, sentence, scope] of OF_CALLS) {
      await test.step(`${kind}: ${sentence}`, async () => {
        const fault = await putAt(kind, parameters, { service: name, ...scope });
        await page.reload();
        await send.click();
        await expect(page.getByText(sentence).first()).toBeVisible({ timeout: 30_000 });
        await control().remove(fault.id);
      });
    }
    await page.goto(`/services/${name}`);
    // The last one the service's own page knows as well.
    await expect(alertOf(page, "A request was too large for the GPU's memory")).toBeVisible({ timeout: 60_000 });
  });
});

test("a process that ends at a request is told on the service's page", async ({ page }) => {
  test.slow();
  for (const [kind, title] of [
    ["host-oom", "The container ran out of memory and was started again"],
    ["crash-loop", "The program ended while it worked on a request"],
  ] as const) {
    await test.step(title, async () => {
      const name = fresh("ending");
      await runningService(name);
      // The one comes back at once and is told all the same, the other is told while it comes back.
      if (kind === "crash-loop") await putFault("slow-start", name, { delayMs: 60_000 });
      await control().add({ kind, parameters: { when: "request" }, scope: { service: name }, times: 1 });
      await page.goto(`/services/${name}/call`);
      await page.getByRole("button", { name: "Send request" }).click();
      await expect(page.getByText("The instance died in the middle of the request.").first()).toBeVisible({
        timeout: 60_000,
      });
      await page.goto(`/services/${name}`);
      await expect(alertOf(page, title)).toBeVisible({ timeout: 60_000 });
    });
  }
});

test("while EAS cannot be asked the page says so, why, and since when", async ({ page }) => {
  test.slow();
  const name = fresh("unasked");
  const bucket = bucketNameOf(name);
  await createBucket(bucket);
  await putFiles(bucket, "models/sample/", sampleWith());
  // It waits, so it is asked for all the time.
  await putFault("out-of-stock", name);
  await createService({ name, bucket, root: "models/sample/" });
  await page.goto(`/services/${name}`);
  await expect(alertOf(page, "This instance type is sold out")).toBeVisible({ timeout: 30_000 });
  const notice = page.getByRole("status").filter({ hasText: "It is asked again by itself." });
  for (const [kind, parameters, reason] of OF_EAS) {
    await test.step(`${kind}: ${reason}`, async () => {
      const fault = await putAt(kind, parameters, { server: "eas", service: name });
      await expect(notice).toContainText(reason, { timeout: 60_000 });
      await control().remove(fault.id);
      await expect(notice).toBeHidden({ timeout: 60_000 });
    });
  }
});

test("a start that is only slow is called normal, and so is silence as long as it is usual", async ({ page }) => {
  const name = fresh("slow");
  const bucket = bucketNameOf(name);
  await createBucket(bucket);
  await putFiles(bucket, "models/sample/", sampleWith());
  const strip = page.getByRole("list", { name: "Way to the first picture" });
  const loading = strip.getByRole("listitem").filter({ hasText: "Loading" });
  const complaint = page.getByRole("alert").filter({ hasText: /\S/ });

  await putFault("slow-start", name, { delayMs: 8_000 });
  await createService({ name, bucket, root: "models/sample/" });
  await page.goto(`/services/${name}`);
  await expect(loading).toContainText("In progress", { timeout: 30_000 });
  await expect(complaint).toBeHidden();
  await expect(state(page, "Running")).toBeVisible({ timeout: 60_000 });

  const silent = `${name}_silent`;
  const fault = await putFault("stuck-waiting", silent, { how: "silent" });
  await createService({ name: silent, bucket, root: "models/sample/" });
  await page.goto(`/services/${silent}`);
  await expect(loading).toContainText("In progress", { timeout: 30_000 });
  await expect(complaint).toBeHidden();
  await control().remove(fault.id);
  await expect(state(page, "Running")).toBeVisible({ timeout: 60_000 });
});

test("a full queue is waited out in words, and what is delivered twice is one picture", async ({ page }) => {
  const name = fresh("twice");
  await runningService(name, { isAsync: true });
  const full = await putFault("queue-full", name, { queue: "input" });
  await page.goto(`/services/${name}/playground`);
  await page.getByLabel("Prompt", { exact: true }).fill("a slow ferry");
  await page.getByRole("button", { name: "Generate" }).click();
  const result = page.getByRole("region", { name: "Result" });
  await expect(result.getByText("The service's queue is full; trying again")).toBeVisible();
  await control().remove(full.id);
  await expect(result.getByRole("img", { name: "a slow ferry" })).toBeVisible({ timeout: 30_000 });

  await control().add({ kind: "redelivery", parameters: { queue: "both" }, scope: { service: name }, times: 2 });
  await makePicture(page, "a quick ferry");
  await expect(page.getByRole("region", { name: "History" }).getByRole("img", { name: "a quick ferry" })).toHaveCount(
    1,
  );
});

test("a bucket that hides its answers' ETag is told before anything is sent", async ({ page }) => {
  const bucket = bucketNameOf(fresh("hiding"));
  await createBucket(bucket);
  await control().add({ kind: "lost-etag", scope: { bucket } });
  await beginDeployment(page);
  await page.getByLabel("OSS bucket").selectOption(bucket);
  await expect(page.getByText("This browser may not read the ETag or the CRC-64 of the answers.")).toBeVisible();
});

test("no fault of the sandbox is without a sentence here", () => {
  const told = [...OF_STARTS, ...OF_MACHINES, ...OF_CALLS, ...OF_EAS].map(([kind]) => kind);
  expect([...new Set<FaultKind>([...told, ...OF_THEIR_OWN])].sort()).toEqual([...FAULT_KIND_NAMES].sort());
});
