import { useCallback, useState } from "react";

const LANDMARKS = "[role=dialog], main, header, nav, aside, footer";

/**
 * Where something that floats is put in the document: into the landmark (or dialog) of its trigger, so that it belongs to a
 * part of the page for those who move by landmarks, and is not hidden by a modal dialog around the trigger.
 */
export function useLandmark(): [container: HTMLElement | undefined, triggerRef: (element: HTMLElement | null) => void] {
  const [container, setContainer] = useState<HTMLElement>();
  const triggerRef = useCallback((element: HTMLElement | null) => {
    if (element) setContainer(element.closest<HTMLElement>(LANDMARKS) ?? undefined);
  }, []);
  return [container, triggerRef];
}
