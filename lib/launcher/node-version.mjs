/** The oldest Node that everything below supports (package.json "engines"). */
const OLDEST = [20, 19];

/** One line when this Node is too old; undefined when it is fine. */
export function nodeProblem(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  const fine = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  return fine ? undefined : `it needs Node ${OLDEST.join(".")} or newer, this is ${version}.`;
}

export function demandNode() {
  const problem = nodeProblem(process.version);
  if (!problem) return;
  console.error(`Easel cannot start: ${problem}`);
  process.exit(1);
}
