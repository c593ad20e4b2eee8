import { startQueueServer } from "./testing-service";

/** Queues in a process of their own, for the test that kills it. Prints its port. */
const { port } = await startQueueServer(process.argv[2] ?? "", { realTime: true });
console.log(port);
