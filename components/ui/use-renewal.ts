import { useState } from "react";

/**
 * A picture by a signed link: the first time that it does not load the link may have ended, and is asked for anew. A link
 * that is signed within the same second is the same one: `attempt`, as the image's key, has it loaded once more all the same.
 */
export function useRenewal(url: string | undefined, renew: () => Promise<unknown>) {
  const [failed, setFailed] = useState<readonly string[]>([]);
  const [attempt, setAttempt] = useState(0);
  return {
    attempt,
    /** The link that was asked for anew did not work either. */
    isLost: url !== undefined && failed.length > 1 && failed.includes(url),
    onLoad: () => setFailed([]),
    onError: () => {
      if (url === undefined) return;
      setFailed([...failed, url]);
      if (failed.length === 0) void renew().finally(() => setAttempt((before) => before + 1));
    },
  };
}
