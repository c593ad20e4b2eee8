/**
 * What the program writes into the model folder is small here: a file that says what it stands for, in the place of weights.
 * It begins like torch's older format, so whoever looks at the first bytes takes it for one. Facts that a later start must
 * know travel inside as JSON.
 */

/** The magic number of torch's older format, pickled. */
const TORCH_MAGIC = Uint8Array.from([
  0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e,
]);

const HEAD = "\nsandbox stand-in for ";

type Facts = Readonly<Record<string, string | number>>;

export function placeholderWeights(what: string, facts: Facts = {}): Uint8Array {
  return Buffer.concat([TORCH_MAGIC, Buffer.from(`${HEAD}${what}\n${JSON.stringify(facts)}\n`)]);
}

/** The facts of a stand-in; undefined for any other file. */
export function readStandIn(bytes: Uint8Array): Facts | undefined {
  const text = Buffer.from(bytes.subarray(TORCH_MAGIC.length)).toString("utf8");
  if (!text.startsWith(HEAD)) return undefined;
  try {
    const facts: unknown = JSON.parse(text.split("\n")[2] ?? "");
    return typeof facts === "object" && facts !== null ? (facts as Facts) : {};
  } catch {
    return {};
  }
}
