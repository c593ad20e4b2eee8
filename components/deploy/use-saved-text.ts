"use client";

import { useEffect, useRef, useState } from "react";
import type { StepProps } from "./step-props";

const SAVE_AFTER_MS = 600;

/** The configuration as it is typed, which is also kept in the draft: neither a reload nor a step back loses any. */
export function useSavedText(initial: () => string, save: StepProps["save"]) {
  const [text, setText] = useState(initial);
  const unsaved = useRef<string>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  function flush() {
    clearTimeout(timer.current);
    const config = unsaved.current;
    unsaved.current = undefined;
    return config === undefined ? undefined : save({ config });
  }

  const leave = useRef(flush);
  useEffect(() => {
    leave.current = flush;
  });
  useEffect(() => () => void leave.current(), []);

  return {
    text,
    setText(next: string) {
      setText(next);
      unsaved.current = next;
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void leave.current(), SAVE_AFTER_MS);
    },
    /** Before going on: what was typed last, and a configuration that nobody changed, with what is to be said at the end. */
    async saveNow(finish: (text: string) => string) {
      unsaved.current = finish(text);
      await flush();
    },
  };
}
