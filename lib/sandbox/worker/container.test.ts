import { describe, expect, it } from "vitest";
import { createManualClock } from "@/lib/clock";
import { ContainerExit } from "@/lib/sandbox/core/types";
import { startContainer } from "./container";
import { MemoryStore } from "./testing/memory-store";
import { baseModel } from "./testing/model";
import { COMMAND, post, run } from "./testing/run";

describe("a container that serves", () => {
  it("listens on the image's port", async () => {
    expect(await run().container.ready).toEqual({ port: 8000 });
  });

  it("writes the picture through the result mount and names it in the answer", async () => {
    const { container, store } = run();
    const { status, body } = await post(container, { task_id: "t-1", prompt: "a cat", seed: 7, width: 64, height: 64 });
    expect(status).toBe(200);
    const [key] = store.keys("bucket").filter((name) => name.startsWith("out/"));
    expect(key).toMatch(/^out\/result\/t-1_\d{8}_\d{6}_\d{1,3}\.png$/);
    expect(body).toEqual({
      success: 1,
      task_id: "t-1",
      prompt: "a cat",
      seed: "7",
      image_url: [`https://bucket.oss-cn-hangzhou.aliyuncs.com/${key}`],
      oss_url: [`oss://bucket/${key}`],
      is_nsfw: [false],
      use_blade: false,
    });
  });

  it("serves requests one at a time, in order of arrival", async () => {
    const { container } = run();
    const done: string[] = [];
    await Promise.all(
      ["a", "b", "c"].map(async (name) => {
        await post(container, { task_id: name, prompt: name, width: 64, height: name === "a" ? 512 : 8 });
        done.push(name);
      }),
    );
    expect(done).toEqual(["a", "b", "c"]);
  });

  it("finishes a request whose caller has gone: the picture still appears", async () => {
    const { container, store } = run();
    const caller = new AbortController();
    const body = Buffer.from(JSON.stringify({ task_id: "lost", prompt: "a", width: 64, height: 64 }));
    const answer = container.handle({ method: "POST", url: "/", headers: {}, body }, caller.signal);
    caller.abort(new Error("gone"));
    await expect(answer).rejects.toThrow("gone");
    await post(container, { task_id: "next", prompt: "a" });
    expect(store.keys("bucket").some((key) => key.startsWith("out/result/lost_"))).toBe(true);
  });
});

describe("time", () => {
  function manual() {
    const clock = createManualClock();
    const store = new MemoryStore();
    const log: string[] = [];
    for (const [path, file] of Object.entries(baseModel())) store.put("bucket", `model/${path}`, file);
    const container = startContainer(
      {
        serviceName: "demo",
        instanceName: "demo-1",
        image: "diffuser-inference",
        command: COMMAND,
        env: {},
        region: "cn-hangzhou",
        gpu: "A10",
        mounts: [{ mountPath: "/oss", bucket: "bucket", prefix: "model/", readOnly: false }],
      },
      { store, clock, speed: 1, log: (line) => log.push(line) },
    );
    return { clock, container, log };
  }

  it("is not ready before its start-up time has passed", async () => {
    const { clock, container } = manual();
    let isReady = false;
    void container.ready.then(() => {
      isReady = true;
    });
    await clock.advance(3900);
    expect(isReady).toBe(false);
    await clock.advance(200);
    expect(isReady).toBe(true);
  });

  it("drops its work and rejects with an exit when it is stopped", async () => {
    const { clock, container, log } = manual();
    await clock.advance(5000);
    const answer = post(container, { task_id: "t", prompt: "a" });
    await clock.advance(1000);
    container.stop();
    await expect(answer).rejects.toBeInstanceOf(ContainerExit);
    const lines = log.length;
    await clock.advance(60_000);
    expect(log).toHaveLength(lines);
  });

  it("is stopped while it starts", async () => {
    const { clock, container } = manual();
    await clock.advance(1000);
    container.stop();
    await expect(container.ready).rejects.toMatchObject({ exitCode: 143 });
  });
});
