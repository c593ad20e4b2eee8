/** What the console adds to the time of a picture. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export async function measureOverhead(root, { rounds, say }) {
  const script = fileURLToPath(new URL("../../generations/testing-overhead.ts", import.meta.url));
  const words = ["--import", "tsx", script, String(rounds)];
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: root, timeout: 300_000 });
  const figures = JSON.parse(stdout.trim().split("\n").at(-1));
  say(
    `${figures.rounds} pictures: bare ${figures.bareMs.toFixed(1)} ms, through the console ${figures.throughMs.toFixed(1)} ms`,
  );
  return figures;
}
