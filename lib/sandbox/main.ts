import { systemClock } from "@/lib/clock";
import { openAccount } from "./account";
import { PortInUse, type Sandbox, startSandbox } from "./sandbox";
import { portVariable, readSettings } from "./settings";

/*
 * The sandbox's own process, forked by the launcher or run by hand. Forked, it sends `{ type: "ready", ports, account,
 * region }` and ends with its parent; by hand it prints its endpoints.
 */

/** Longer than this nobody waits for the last write. */
const CLOSE_TIMEOUT_MS = 3000;

function fail(error: unknown): never {
  console.error(`Easel sandbox cannot start: ${reason(error)}`);
  process.exit(1);
}

function reason(error: unknown): string {
  if (error instanceof PortInUse)
    return `${error.message}; free it or set ${portVariable(error.server)} to another one.`;
  return error instanceof Error ? error.message : String(error);
}

function endOnSignal(sandbox: Sandbox): void {
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(1), CLOSE_TIMEOUT_MS).unref();
    sandbox.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error("Easel sandbox did not close cleanly", error);
        process.exit(1);
      },
    );
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, end);
  // The launcher is gone, however it ended.
  process.once("disconnect", end);
}

function announce({ ports, account }: Sandbox, region: string): void {
  if (process.send) {
    process.send({ type: "ready", ports, account, region });
    return;
  }
  console.log(`Sandbox cloud, region ${region}`);
  for (const [name, port] of Object.entries(ports)) {
    // The one address that is meant for a browser.
    const note = name === "control" ? "  (page: faults on demand)" : "";
    console.log(`  ${name.padEnd(8)} http://localhost:${port}${note}`);
  }
  console.log(`  access key ${account.accessKeyId}, secret ${account.accessKeySecret}`);
}

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const account = await openAccount(settings.dataDir, settings);
  const sandbox = await startSandbox({ ...settings, account, clock: systemClock });
  endOnSignal(sandbox);
  announce(sandbox, settings.region);
}

main().catch(fail);
