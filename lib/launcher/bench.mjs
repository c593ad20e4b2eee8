#!/usr/bin/env node
/**
 * `npm run bench`: the measurements behind the budgets, as ratios inside one run. A figure over its budget is said, not
 * punished: the exit code is 0 unless a measurement could not be made.
 *
 * EASEL_BENCH_SIZE_MIB (1024)  size of the large file
 * EASEL_BENCH_ROUNDS (5)       turns of each way of uploading
 * EASEL_BENCH_HUGE_GB (20)     size of the file whose upload's memory is watched
 * EASEL_BENCH_ONLY             `uploads`, `huge`, `check`, `sandbox`, `console`, `crowd`, `gallery` or `playground`: one
 *                              part alone
 */
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { measureConsole } from "./bench/console.mjs";
import { measureCrowd } from "./bench/crowd.mjs";
import { measureGallery } from "./bench/gallery.mjs";
import { measureFolderCheck, measureHugeUpload } from "./bench/huge.mjs";
import { measureOverhead } from "./bench/overhead.mjs";
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

/** `atLeast`: how many times as fast as the other the engine has to be. */
function faster(what, { engineTo }, atLeast) {
  row(what, engineTo.toFixed(2), `≥ ${atLeast}`, engineTo >= atLeast);
}

function megabytes(mib) {
  return (mib * 1.048576).toFixed(0);
}

function memoryRow(what, mib, hasBudget) {
  if (mib === undefined) return;
  if (hasBudget) row(what, `${megabytes(mib)} MB`, "≤ 300 MB", megabytes(mib) <= 300);
  else row(what, `${megabytes(mib)} MB`);
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
  const { large, small, far } = await measureUploads(root, { sizeMib, rounds, say });
  const mibPerSecond = ({ speed }) => `${speed.toFixed(0)} MiB/s`;
  const toBare = 1 / large.bare.engineTo;
  row(`One file of ${sizeMib} MiB: engine's time / bare PUTs`, toBare.toFixed(2), "≤ 1.10", toBare <= 1.1);
  faster("  engine's speed / ali-oss, its defaults", large.aliOss, 2);
  faster("  engine's speed / ali-oss, its best setting", large.aliOssBest, 1);
  faster("  engine's speed / Uppy's aws-s3", large.uppy, 1);
  row("  engine, CRC-64 checked end to end", mibPerSecond(large.engine));
  row("  bare PUTs, six at a time, nothing checked", mibPerSecond(large.bare));
  row("  ali-oss in the browser, defaults", mibPerSecond(large.aliOss));
  row("  ali-oss in the browser, 16 MiB × 6", mibPerSecond(large.aliOssBest));
  row("  Uppy's aws-s3, defaults", mibPerSecond(large.uppy));
  for (const [way, name] of Object.entries({ engine: "engine", bare: "bare", aliOss: "ali-oss", uppy: "Uppy" })) {
    memoryRow(`  renderer at most, ${name}`, large[way].mib, way === "engine");
  }
  const perSecond = ({ speed }) => `${speed.toFixed(0)} files/s`;
  faster("2,000 files of 20 KiB: engine's speed / bare PUTs", small.bare, 0.9);
  row("  engine's speed / bare form POSTs", small.bareForm.engineTo.toFixed(2));
  faster("  engine's speed / ali-oss", small.aliOss, 2);
  row("  engine, by form", perSecond(small.engine));
  row("  engine, by signed PUT", perSecond(small.enginePut));
  row("  bare PUTs, six at a time, nothing checked", perSecond(small.bare));
  row("  bare form POSTs, six at a time, nothing checked", perSecond(small.bareForm));
  row("  bare form POSTs / ali-oss", (small.bareForm.speed / small.aliOss.speed).toFixed(2));
  row("  ali-oss in the browser, six at a time", perSecond(small.aliOss));
  row("500 of them, 20 ms away: engine's speed / ali-oss", far.aliOss.engineTo.toFixed(2));
  row("  engine's speed / bare form POSTs", far.bareForm.engineTo.toFixed(2));
  row("  engine, by form", perSecond(far.engine));
});

await attempt("huge", async () => {
  const sizeGb = count("EASEL_BENCH_HUGE_GB", 20);
  const { bytesPerSecond, mib, growthMib } = await measureHugeUpload(root, { sizeGb, say });
  memoryRow(`${sizeGb} GB to a server that sums and discards: renderer at most`, mib, true);
  if (growthMib !== undefined) row("  the last tenth over the first, medians", `${megabytes(growthMib)} MB`);
  row("  speed", `${(bytesPerSecond / 1e6).toFixed(0)} MB/s`);
});

await attempt("check", async () => {
  const rounds = count("EASEL_BENCH_ROUNDS", 5);
  const { files, totalBytes, ms, firstMs, readBytes } = await measureFolderCheck(root, { sizeGb: 20, rounds, say });
  const size = `${(totalBytes / 1e9).toFixed(1)} GB in ${files} files`;
  row(`Check of a dropped folder, ${size}`, `${ms.toFixed(0)} ms`, "≤ 300 ms", ms <= 300);
  row("  the first one", `${firstMs.toFixed(0)} ms`, "≤ 300 ms", firstMs <= 300);
  row("  read of it", `${(readBytes / 1e6).toFixed(2)} MB`, "≤ 4 MB", readBytes <= 4e6);
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

await attempt("crowd", async () => {
  const { viewers, list } = await measureCrowd(root, { say });
  const { p95Ms, changes } = viewers;
  row(
    `${viewers.viewers} viewers of one service: first to hear to p95`,
    `${p95Ms.toFixed(0)} ms`,
    "≤ 100 ms",
    p95Ms <= 100,
  );
  row("  changes that all of them heard", String(changes));
  const { services, slowestMs } = list;
  row(`${services} services: slowest key to paint`, `${slowestMs.toFixed(0)} ms`, "≤ 100 ms", slowestMs <= 100);
});

await attempt("gallery", async () => {
  const { pictures, slowestMs, medianMs, heapGrowthMib, residentGrowthMib } = await measureGallery(root, { say });
  const ms = `${slowestMs.toFixed(0)} ms`;
  row(`${pictures} pictures: slowest key of a search to the paint of what fits`, ms, "≤ 100 ms", slowestMs <= 100);
  row("  the median", `${medianMs.toFixed(0)} ms`);
  row("  heap after 120 screens, more than after 20", `${megabytes(heapGrowthMib)} MB`, "≤ 10 MB", heapGrowthMib <= 10);
  if (residentGrowthMib !== undefined) row("  the page's process", `${megabytes(residentGrowthMib)} MB`);
});

await attempt("playground", async () => {
  const { bareMs, throughMs } = await measureOverhead(root, { rounds: 40, say });
  const overhead = throughMs - bareMs;
  row("A picture through the console over the bare call, p50", `${overhead.toFixed(1)} ms`, "≤ 15 ms", overhead <= 15);
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
