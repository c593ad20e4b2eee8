import { systemClock } from "@/lib/clock";
import { startOss } from "./start";
import { ACCOUNT, REGION } from "./testing";

/** A server in a process of its own, for the test that kills it. Prints its port. */
const { port } = await startOss({
  dataDir: process.argv[2] ?? "",
  region: REGION,
  account: ACCOUNT,
  clock: systemClock,
  port: 0,
});
console.log(port);
