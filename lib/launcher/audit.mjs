#!/usr/bin/env node
/**
 * `npm run audit`, and a step of `npm test`: what the registry knows against the packages that run in production. A high or
 * critical advisory fails; a registry that keeps no advisories, or cannot be reached, is said and fails nothing.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const GRAVE = ["critical", "high"];

/**
 * @param {string} output what `npm audit --json` printed
 * @returns {{ ok: boolean, lines: string[] }}
 */
export function judgeAudit(output) {
  const report = parse(output);
  if (!report?.metadata?.vulnerabilities) {
    const why = report?.message ?? report?.error?.summary ?? "npm audit answered nothing";
    return { ok: true, lines: [`The registry was not asked about known weaknesses: ${why || "no reason given"}`] };
  }
  const found = Object.values(report.vulnerabilities ?? {}).filter(({ severity }) => GRAVE.includes(severity));
  const { total } = report.metadata.vulnerabilities;
  if (found.length === 0)
    return { ok: true, lines: [`No high or critical advisory against packages of production (${total} lesser ones).`] };
  return { ok: false, lines: found.map(describe) };
}

function describe({ name, severity, range, via = [] }) {
  const titles = via.map((one) => (typeof one === "string" ? `by ${one}` : `${one.title} ${one.url}`));
  return `${severity}: ${name} ${range}: ${titles.join("; ")}`;
}

function parse(output) {
  try {
    return JSON.parse(output);
  } catch {
    return undefined;
  }
}

/** Runs it and says what it found. */
export function auditDependencies() {
  const words = ["audit", "--omit=dev", "--json"];
  const own = process.env.npm_execpath?.match(/npm-cli\.[cm]?js$/) ? process.env.npm_execpath : undefined;
  const options = { encoding: "utf8", timeout: 60_000, stdio: ["ignore", "pipe", "ignore"], maxBuffer: 64 * 1024 ** 2 };
  const { stdout } = own
    ? spawnSync(process.execPath, [own, ...words], options)
    : spawnSync("npm", words, { ...options, shell: process.platform === "win32" });
  const { ok, lines } = judgeAudit(stdout ?? "");
  for (const line of lines) console.log(line);
  return ok;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit(auditDependencies() ? 0 : 1);
