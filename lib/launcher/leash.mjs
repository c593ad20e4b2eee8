/** Loaded into a process before its own code: ends it when the launcher is gone, however that ended. */
const LAST_MOMENT_MS = 5000;

if (process.connected) {
  process.once("disconnect", () => {
    process.kill(process.pid, "SIGTERM");
    setTimeout(() => process.exit(1), LAST_MOMENT_MS).unref();
  });
  // Listening alone must not keep the process alive.
  process.channel?.unref();
}
