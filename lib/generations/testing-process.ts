import { openStore } from "@/lib/store/pool";
import { HASTY, openConsole } from "./testing-console";

/** A console's runner in a process of its own, for the test that kills it. Takes the store's address, the connection, and more patience. */
const [url = "", connection = "", patience = "{}"] = process.argv.slice(2);
openConsole(
  openStore(url, () => {}),
  JSON.parse(connection),
  { ...HASTY, missingMs: 6_000, ...JSON.parse(patience) },
  (error) => {
    console.error(error);
  },
);
console.log("started");
