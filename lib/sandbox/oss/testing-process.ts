import { systemClock } from "@/lib/clock";
import { startOss } from "./start";
import { ACCOUNT, REGION } from "./testing";

/** A server in a process of its own, for the tests that kill it or take its disk away. Prints its port. */
const { port } = await startOss({
  dataDir: process.argv[2] ?? "",
  region: REGION,
  account: ACCOUNT,
  clock: systemClock,
  port: 0,
});
console.log(port);
