"use client";

import { useRef, useState } from "react";
import type { Pictures } from "./use-pictures";

export interface Selection {
  size: number;
  taskIds: () => string[];
  has: (taskId: string) => boolean;
  toggle: (index: number) => void;
  /** From the one chosen last up to this one. */
  rangeTo: (index: number) => void;
  /** With Shift: from where the keys began up to where they are. */
  extend: (from: number, to: number) => void;
  press: (index: number, isRange: boolean) => void;
  all: () => void;
  clear: () => void;
}

/** Which pictures are chosen for something, in sight or not. */
export function useSelection(pictures: Pictures, onError: (error: unknown) => void): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const anchor = useRef<number>(undefined);
  /** What pages and places are now; handlers of cells that were drawn earlier stay the same. */
  const latest = useRef(pictures);
  latest.current = pictures;
  const handlers = useRef<Omit<Selection, "size" | "taskIds" | "has">>(undefined);

  if (!handlers.current) {
    const addRange = (from: number, to: number) => {
      latest.current
        .taskIds(from, to)
        .then((ids) => setChosen((before) => new Set([...before, ...ids])))
        .catch(onError);
    };
    const toggle = (index: number) => {
      const taskId = latest.current.tileAt(index)?.taskId;
      anchor.current = index;
      if (taskId === undefined) return;
      setChosen((before) => {
        const next = new Set(before);
        if (!next.delete(taskId)) next.add(taskId);
        return next;
      });
    };
    const rangeTo = (index: number) => {
      if (anchor.current === undefined) toggle(index);
      else addRange(anchor.current, index);
    };
    handlers.current = {
      toggle,
      rangeTo,
      extend(from, to) {
        anchor.current ??= from;
        addRange(anchor.current, to);
      },
      press: (index, isRange) => (isRange ? rangeTo(index) : toggle(index)),
      all: () => addRange(0, (latest.current.total ?? 1) - 1),
      clear() {
        anchor.current = undefined;
        setChosen(new Set());
      },
    };
  }
  return {
    ...handlers.current,
    size: chosen.size,
    taskIds: () => [...chosen],
    has: (taskId) => chosen.has(taskId),
  };
}
