"use client";

import { type ToggleEvent, useEffect, useRef } from "react";

const OPEN = "open";

/** For a `details` that is as this browser left it. Closed until the page is alive, and where nothing may be kept. */
export function useRememberedFold(key: string) {
  const ref = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    try {
      if (ref.current && localStorage.getItem(key) === OPEN) ref.current.open = true;
    } catch {
      // Closed.
    }
  }, [key]);
  function onToggle({ currentTarget }: ToggleEvent<HTMLDetailsElement>) {
    try {
      if (currentTarget.open) localStorage.setItem(key, OPEN);
      else localStorage.removeItem(key);
    } catch {
      // Forgotten.
    }
  }
  return { ref, onToggle };
}
