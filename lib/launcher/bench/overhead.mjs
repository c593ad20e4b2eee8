/** What the console adds to the time of a picture. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

export async function measureOverhead(root, { rounds, say }) {
  const script = join(root, "lib/generations/testing-overhead.ts");
  const words = ["--import", "tsx", script, String(rounds)];
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: root, timeout: 300_000 });
  const figures = JSON.parse(stdout.trim().split("\n").at(-1));
  say(
    `${figures.rounds} pictures: bare ${figures.bareMs.toFixed(1)} ms, through the console ${figures.throughMs.toFixed(1)} ms`,
  );
  return figures;
}
