import { z } from "zod";
import type { Cloud } from "@/lib/sandbox/eas/cloud";
import { newServiceId, newToken } from "@/lib/sandbox/eas/names";
import { acceptConfig, completeConfig } from "@/lib/sandbox/eas/service-spec";

/* Many services at once, as an account has after years: stopped ones, that nothing runs for. */

export const CrowdSchema = z.object({
  /** What their names begin with; a number follows. */
  prefix: z.string().regex(/^[a-z][a-z0-9_]{1,40}$/),
  count: z.number().int().min(1).max(5000),
});

const TEAMS = ["art", "film", "games", "print"];
const HOUR_MS = 3_600_000;

export async function addCrowd(cloud: Cloud, { prefix, count }: z.output<typeof CrowdSchema>): Promise<void> {
  const now = cloud.clock.now();
  for (let index = 0; index < count; index++) {
    const name = `${prefix}${String(index).padStart(4, "0")}`;
    if (cloud.services.get(name)) continue;
    const labels = { team: TEAMS[index % TEAMS.length] ?? "", serial: String(index % 50) };
    const given = {
      name,
      metadata: { name, instance: 1 },
      cloud: { computing: { instance_type: "ml.gu7i.c8m30.1-gu30" } },
      containers: [{ image: "registry-vpc.cn-hangzhou.aliyuncs.com/crowd/image:1", command: "run", port: 8000 }],
      labels,
    };
    const config = completeConfig(given, acceptConfig(given));
    const createdAt = now - index * HOUR_MS;
    cloud.services.add({
      id: newServiceId(),
      name,
      status: "Stopped",
      message: "Service is stopped",
      createdAt,
      updatedAt: createdAt,
      config,
      currentVersion: 1,
      latestVersion: 1,
      token: newToken(),
      labels,
      instances: [],
      events: [],
      callableAt: 0,
      versions: [{ number: 1, createdAt, config }],
      developing: false,
      safetyLock: "none",
    });
  }
  await cloud.services.flush();
}

/** Those that still stand as they were made; one that somebody started lives its own life. */
export async function removeCrowd(cloud: Cloud, prefix: string): Promise<void> {
  const crowd = cloud.services.all().filter(({ name, status }) => name.startsWith(prefix) && status === "Stopped");
  for (const { name } of crowd) cloud.services.remove(name);
  await cloud.services.flush();
}
