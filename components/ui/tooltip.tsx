"use client";

import { Tooltip as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { useLandmark } from "./use-landmark";

interface TooltipProps {
  /** What it says; nothing is shown when empty. */
  content: ReactNode;
  /** One focusable element that takes a ref. */
  children: ReactNode;
  side?: "top" | "right" | "bottom" | "left";
}

/** A remark on hover and focus. Never the only place of something that must be known. */
export function Tooltip({ content, children, side = "top" }: TooltipProps) {
  const [container, triggerRef] = useLandmark();
  if (!content) return children;
  return (
    <Radix.Provider delayDuration={250}>
      <Radix.Root>
        <Radix.Trigger asChild ref={triggerRef}>
          {children}
        </Radix.Trigger>
        <Radix.Portal container={container}>
          <Radix.Content
            side={side}
            sideOffset={6}
            collisionPadding={8}
            className="z-50 max-w-72 animate-fade-in rounded-md bg-text px-2.5 py-1.5 text-bg text-xs"
          >
            {content}
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </Radix.Provider>
  );
}
