import { createSecretBox } from "@/lib/auth/secret-box";
import { systemClock } from "@/lib/clock";
import { createOssClient } from "@/lib/oss/client";
import { openExchange } from "@/lib/store/exchange";
import { openStore } from "@/lib/store/pool";
import { createRemote } from "./remote";
import { startImportRunner } from "./runner";

/** A console's imports in a process of its own, for the test that kills it: the store, the connection, the key, the other server. */
const [url = "", connection = "", key = "", host = ""] = process.argv.slice(2);
const { db, pool } = openStore(url, () => {});
const oss = createOssClient(JSON.parse(connection));
const hub = { baseUrl: `http://${host}` };
startImportRunner({
  exchange: openExchange(pool),
  world: {
    db,
    clock: systemClock,
    box: createSecretBox(Buffer.from(key, "base64")),
    remote: createRemote({ allowedHosts: [host] }),
    hubs: { huggingface: hub, modelscope: hub },
    openOss: async () => oss,
    pausesMs: [100, 100, 100],
  },
  onError: (error) => console.error(error),
  everyMs: 100,
});
console.log("started");
