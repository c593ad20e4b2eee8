/** What several streams yield, as it comes. Ends when all have ended; the first failure ends it, and all of them. */
export async function* mergeStreams<T>(streams: readonly AsyncGenerator<T, void>[]): AsyncGenerator<T, void> {
  const next = (stream: AsyncGenerator<T, void>) => stream.next().then((result) => ({ stream, result }));
  const pending = new Map(streams.map((stream) => [stream, next(stream)]));
  try {
    while (pending.size > 0) {
      const { stream, result } = await Promise.race(pending.values());
      if (result.done) pending.delete(stream);
      else {
        pending.set(stream, next(stream));
        yield result.value;
      }
    }
  } finally {
    // Each is told; one that waits for a change ends with the signal that its reader holds.
    for (const [stream, waiting] of pending) {
      waiting.catch(() => undefined);
      void stream.return().catch(() => undefined);
    }
  }
}
