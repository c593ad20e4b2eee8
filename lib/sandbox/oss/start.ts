import { join } from "node:path";
import type { Clock } from "@/lib/clock";
import type { Faults } from "@/lib/sandbox/core/faults";
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
}

export interface OssServer {
  port: number;
  store: ObjectStore;
  close(): Promise<void>;
}

export async function startOss(config: OssConfig): Promise<OssServer> {
  const { account, credentials = NO_TEMPORARY_CREDENTIALS, region, clock, faults } = config;
  let handle: ReturnType<typeof createOssHandler> | undefined;
  // The port comes first: a second sandbox on the same folder stops here, before it touches the journal.
  const listening = await listen((request, response) => handle?.(request, response), config.port, {
    line: faults && createLine(faults, clock, (incoming) => describe(incoming, region)),
    refuse: refuseBroken,
  });
  try {
    const store = new Store(join(config.dataDir, "oss"), clock);
    handle = createOssHandler({ account, credentials, region, clock, store, faults });
    return {
      port: listening.port,
      store,
      async close() {
        await listening.close();
        store.close();
      },
    };
  } catch (error) {
    await listening.close();
    throw error;
  }
}
