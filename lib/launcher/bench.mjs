#!/usr/bin/env node
/**
 * `npm run bench`: the measurements behind the budgets, as ratios inside one run. A figure over its budget is said, not
 * punished: the exit code is 0 unless a measurement could not be made.
 *
 * EASEL_BENCH_SIZE_MIB (1024)  size of the large file
 * EASEL_BENCH_ROUNDS (5)       turns of each way of uploading
 * EASEL_BENCH_ONLY             `uploads` or `console`: one half alone
 */
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { measureConsole } from "./bench/console.mjs";
import { measureUploads, median } from "./bench/uploads.mjs";

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));

const root = fileURLToPath(new URL("../..", import.meta.url));
const rows = [];
const failures = [];
const say = (line) => console.error(line);

/** `isMet` undefined: no budget, for orientation. */
function row(what, measured, budget = "", isMet = undefined) {
  rows.push([what, measured, budget, isMet === undefined ? "" : isMet ? "pass" : "FAIL"]);
}

async function attempt(name, measure) {
  const only = process.env.EASEL_BENCH_ONLY;
  if (only && only !== name) return;
  try {
    await measure();
  } catch (error) {
    failures.push(`${name} could not be measured: ${error?.stack ?? error}`);
  }
}

function count(name, fallback) {
  const value = Number(process.env[name] || fallback);
  if (Number.isInteger(value) && value > 0) return value;
  console.error(`${name} must be a whole number above 0.`);
  process.exit(2);
}

await attempt("uploads", async () => {
  const sizeMib = count("EASEL_BENCH_SIZE_MIB", 1024);
  const rounds = count("EASEL_BENCH_ROUNDS", 5);
  const { large, small } = await measureUploads(root, { sizeMib, rounds, say });
  const speed = (ms) => `${large.mibPerSecond(ms).toFixed(0)} MiB/s`;
  const ratio = median(large.ratios);
  row(`One file of ${sizeMib} MiB: engine's time / bare PUTs`, ratio.toFixed(2), "≤ 1.10", ratio <= 1.1);
  row("  engine, CRC-64 checked end to end", speed(large.engineMs));
  row("  bare PUTs, six at a time, nothing checked", speed(large.bareMs));
  row("  ali-oss in the browser, defaults", `${large.aliOssMibPerSecond.toFixed(0)} MiB/s`);
  const faster = large.mibPerSecond(large.engineMs) / large.aliOssMibPerSecond;
  row("  engine's speed / ali-oss", faster.toFixed(1), "≥ 2", faster >= 2);
  if (large.engineMib !== undefined) {
    row(
      "  renderer at most, engine",
      `${large.engineMib.toFixed(0)} MiB`,
      "≤ 300 MB",
      large.engineMib * 1.048576 <= 300,
    );
    row("  renderer at most, bare · ali-oss", `${large.bareMib.toFixed(0)} · ${large.aliOssMib.toFixed(0)} MiB`);
  }
  const perSecond = (ms) => `${small.filesPerSecond(ms).toFixed(0)} files/s`;
  const rate = 1 / median(small.ratios);
  row("2,000 files of 20 KiB: engine's speed / bare PUTs", rate.toFixed(2), "≥ 0.90", rate >= 0.9);
  row("  engine", perSecond(small.engineMs));
  row("  bare PUTs", perSecond(small.bareMs));
  row("  ali-oss in the browser, six at a time", `${small.aliOssFilesPerSecond.toFixed(0)} files/s`);
  const times = small.filesPerSecond(small.engineMs) / small.aliOssFilesPerSecond;
  row("  engine's speed / ali-oss", times.toFixed(1), "≥ 2", times >= 2);
});

await attempt("console", async () => {
  const { pages, secondStartMs } = await measureConsole(root, { say });
  const seconds = secondStartMs / 1000;
  row("Second npm start until the sign-in page answers", `${seconds.toFixed(1)} s`, "≤ 5 s", seconds <= 5);
  for (const { path, bytes } of pages) {
    row(`Scripts of ${path}, gzip`, `${(bytes / 1000).toFixed(0)} kB`, "≤ 200 kB", bytes <= 200_000);
  }
});

const widths = [0, 1, 2].map((column) => Math.max(...rows.map((cells) => cells[column].length), 8));
console.log(
  `\nMeasured on ${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown processor"}, Node ${process.versions.node}`,
);
for (const cells of [["What", "Measured", "Budget", ""], ...rows]) {
  const [what, measured, budget, verdict] = cells;
  console.log(
    `${what.padEnd(widths[0])}  ${measured.padStart(widths[1])}  ${budget.padEnd(widths[2])}  ${verdict}`.trimEnd(),
  );
}
for (const failure of failures) console.error(`\n${failure}`);
process.exit(failures.length > 0 ? 1 : 0);
