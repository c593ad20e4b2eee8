import { join } from "node:path";
import type { Clock } from "@/lib/clock";
import type { Faults } from "@/lib/sandbox/core/faults";
import { lockFolder } from "@/lib/sandbox/core/folder-lock";
import { createLine } from "@/lib/sandbox/core/line";
import { listen } from "@/lib/sandbox/core/listen";
import type { ObjectStore, SandboxAccount } from "@/lib/sandbox/core/types";
import { NO_TEMPORARY_CREDENTIALS, type TemporaryCredentials } from "@/lib/sandbox/sts/credentials";
import { describe, refuseBroken } from "./faults";
import { createOssHandler } from "./server";
import { Store } from "./store/store";

export interface OssConfig {
  /** The sandbox's folder; objects lie below `oss` in it. */
  dataDir: string;
  region: string;
  account: SandboxAccount;
  /** None by default. */
  credentials?: TemporaryCredentials;
  clock: Clock;
  /** 0 takes any free one. */
  port: number;
  faults?: Faults;
  /** After how long without a byte a body is given up; a minute by default. */
  bodyIdleMs?: number;
}

export interface OssServer {
  port: number;
  store: ObjectStore;
  close(): Promise<void>;
}

export async function startOss(config: OssConfig): Promise<OssServer> {
  const { account, credentials = NO_TEMPORARY_CREDENTIALS, region, clock, faults, bodyIdleMs } = config;
  // First of all: a second sandbox on the same folder stops here, before it touches the journal.
  const unlock = lockFolder(config.dataDir);
  let handle: ReturnType<typeof createOssHandler> | undefined;
  const listening = await listen((request, response) => handle?.(request, response), config.port, {
    line: faults && createLine(faults, clock, (incoming) => describe(incoming, region)),
    refuse: refuseBroken,
  }).catch((error: unknown) => {
    unlock();
    throw error;
  });
  try {
    const store = new Store(join(config.dataDir, "oss"), clock);
    handle = createOssHandler({ account, credentials, region, clock, store, faults, bodyIdleMs });
    return {
      port: listening.port,
      store,
      async close() {
        await listening.close();
        store.close();
        unlock();
      },
    };
  } catch (error) {
    await listening.close();
    unlock();
    throw error;
  }
}
