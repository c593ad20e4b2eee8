"use client";

import {
  cloneElement,
  type HTMLAttributes,
  type ReactElement,
  type ReactNode,
  useEffect,
  useRef,
  useState,
} from "react";

const SHOW_AFTER_MS = 250;
/** Long enough to move the pointer onto the remark itself. */
const HIDE_AFTER_MS = 120;
const GAP = 6;
const MARGIN = 8;

interface TooltipProps {
  /** What it says; nothing is shown when empty. */
  content: ReactNode;
  /** One focusable element. */
  children: ReactElement<HTMLAttributes<HTMLElement>>;
}

/** A remark on hover and focus. Never the only place of something that must be known. */
export function Tooltip({ content, children }: TooltipProps) {
  const [anchor, setAnchor] = useState<HTMLElement>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  if (!content) return children;

  const change = (to: HTMLElement | undefined, afterMs: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setAnchor(to), afterMs);
  };
  const own = children.props;
  return (
    <>
      {cloneElement(children, {
        onPointerEnter: (event) => {
          own.onPointerEnter?.(event);
          if (event.pointerType === "mouse") change(event.currentTarget, SHOW_AFTER_MS);
        },
        onPointerLeave: (event) => {
          own.onPointerLeave?.(event);
          change(undefined, HIDE_AFTER_MS);
        },
        onFocus: (event) => {
          own.onFocus?.(event);
          if (event.currentTarget.matches(":focus-visible")) change(event.currentTarget, 0);
        },
        onBlur: (event) => {
          own.onBlur?.(event);
          change(undefined, 0);
        },
        onClick: (event) => {
          own.onClick?.(event);
          change(undefined, 0);
        },
        onKeyDown: (event) => {
          own.onKeyDown?.(event);
          if (event.key === "Escape") change(undefined, 0);
        },
      })}
      {anchor ? (
        <span
          role="tooltip"
          popover="manual"
          ref={(element) => {
            if (element) showBeside(element, anchor);
          }}
          onPointerEnter={() => change(anchor, 0)}
          onPointerLeave={() => change(undefined, HIDE_AFTER_MS)}
          className="inset-auto m-0 w-max max-w-72 animate-fade-in rounded-md border-0 bg-text px-2.5 py-1.5 text-left font-normal text-bg text-xs"
        >
          {content}
        </span>
      ) : null}
    </>
  );
}

/** Above the anchor, or below where there is no room; never beyond the window's edge. */
function showBeside(element: HTMLElement, anchor: HTMLElement): void {
  if (!element.matches(":popover-open")) element.showPopover();
  const at = anchor.getBoundingClientRect();
  const own = element.getBoundingClientRect();
  const left = at.left + at.width / 2 - own.width / 2;
  const top = at.top - own.height - GAP;
  element.style.left = `${Math.max(MARGIN, Math.min(left, window.innerWidth - own.width - MARGIN))}px`;
  element.style.top = `${top >= MARGIN ? top : at.bottom + GAP}px`;
}
