/**
 * What a deflated entry of an archive holds. `undefined`: it does not become what its directory says, which is damage.
 * A few bytes can become gigabytes, so that it stops at what was announced.
 */
export async function inflate(packed: Uint8Array, sizeBytes: number): Promise<Uint8Array | undefined> {
  const stream = new DecompressionStream("deflate-raw");
  const writer = stream.writable.getWriter();
  // Bad data is told to the reader below as well.
  const written = writer.write(Uint8Array.from(packed)).then(() => writer.close());
  written.catch(() => undefined);
  const reader = stream.readable.getReader();
  const bytes = new Uint8Array(sizeBytes);
  let at = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (at + next.value.length > sizeBytes) return undefined;
      bytes.set(next.value, at);
      at += next.value.length;
    }
  } catch {
    return undefined;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  return at === sizeBytes ? bytes : undefined;
}
