#!/usr/bin/env node
/**
 * `npm run bench`: the measurements behind the budgets, as ratios inside one run. A figure over its budget is said, not
 * punished: the exit code is 0 unless a measurement could not be made.
 *
 * EASEL_BENCH_SIZE_MIB (1024)  size of the large file
 * EASEL_BENCH_ROUNDS (5)       turns of each way of uploading
 * EASEL_BENCH_ONLY             `uploads`, `sandbox` or `console`: one part alone
 */
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { measureConsole } from "./bench/console.mjs";
import { measureSandbox } from "./bench/sandbox.mjs";
import { measureUploads } from "./bench/uploads.mjs";

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
  const mibPerSecond = ({ speed }) => `${speed.toFixed(0)} MiB/s`;
  const ratio = 1 / large.toBare;
  row(`One file of ${sizeMib} MiB: engine's time / bare PUTs`, ratio.toFixed(2), "≤ 1.10", ratio <= 1.1);
  row("  engine's speed / ali-oss", large.toAliOss.toFixed(1), "≥ 2", large.toAliOss >= 2);
  row("  engine, CRC-64 checked end to end", mibPerSecond(large.engine));
  row("  bare PUTs, six at a time, nothing checked", mibPerSecond(large.bare));
  row("  ali-oss in the browser, defaults", mibPerSecond(large.aliOss));
  if (large.engine.mib !== undefined) {
    const megabytes = ({ mib }) => `${(mib * 1.048576).toFixed(0)} MB`;
    row("  renderer at most, engine", megabytes(large.engine), "≤ 300 MB", large.engine.mib * 1.048576 <= 300);
    row("  renderer at most, bare", megabytes(large.bare));
    row("  renderer at most, ali-oss", megabytes(large.aliOss));
  }
  const perSecond = ({ speed }) => `${speed.toFixed(0)} files/s`;
  row("2,000 files of 20 KiB: engine's speed / bare PUTs", small.toBare.toFixed(2), "≥ 0.90", small.toBare >= 0.9);
  row("  engine's speed / ali-oss", small.toAliOss.toFixed(1), "≥ 2", small.toAliOss >= 2);
  row("  engine, by form", perSecond(small.engine));
  row("  engine, by signed PUT", perSecond(small.enginePut));
  row("  bare PUTs, six at a time, nothing checked", perSecond(small.bare));
  row("  ali-oss in the browser, six at a time", perSecond(small.aliOss));
});

await attempt("sandbox", async () => {
  const sizeMib = count("EASEL_BENCH_SIZE_MIB", 1024);
  const rounds = count("EASEL_BENCH_ROUNDS", 5);
  const figures = await measureSandbox(root, { sizeMib, rounds, say });
  for (const [what, { ratio, perSecond, bytes }] of Object.entries(figures)) {
    const speed =
      bytes > 1_000_000 ? `${((perSecond * bytes) / 1024 ** 2).toFixed(0)} MiB/s` : `${perSecond.toFixed(0)} files/s`;
    row(`Sandbox OSS, ${what} files: speed / bare file server`, ratio.toFixed(2), "≥ 0.70", ratio >= 0.7);
    row("  OSS", speed);
  }
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
