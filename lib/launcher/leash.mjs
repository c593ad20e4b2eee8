/** Loaded into a process before its own code: ends it when the launcher is gone, however that ended. */
const LAST_MOMENT_MS = 5000;

// `next dev` hands these flags on to its own server process, whose channel is not ours.
if (process.connected && process.env.EASEL_LAUNCHER_PID === String(process.ppid)) {
  process.once("disconnect", () => {
    process.kill(process.pid, "SIGTERM");
    setTimeout(() => process.exit(1), LAST_MOMENT_MS).unref();
  });
}
