/** Loaded into a process before its own code: ends it when the launcher is gone, however that ended. */
// Short: its database ends at the same time, and a browser's open connection would go on being answered from here, with
// failures, while the next start is already up on the same port.
const LAST_MOMENT_MS = 300;

// `next dev` hands these flags on to its own server process, whose channel is not ours.
if (process.connected && process.env.EASEL_LAUNCHER_PID === String(process.ppid)) {
  process.once("disconnect", () => {
    process.kill(process.pid, "SIGTERM");
    setTimeout(() => process.exit(1), LAST_MOMENT_MS).unref();
  });
}
