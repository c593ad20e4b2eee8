import { openStore } from "@/lib/store/pool";
import { HASTY, openConsole } from "./testing-console";

/** A console's runner in a process of its own, for the test that kills it. Takes the store's address and the connection. */
const [url = "", connection = ""] = process.argv.slice(2);
openConsole(
  openStore(url, () => {}),
  JSON.parse(connection),
  { ...HASTY, missingMs: 6_000 },
  (error) => {
    console.error(error);
  },
);
console.log("started");
