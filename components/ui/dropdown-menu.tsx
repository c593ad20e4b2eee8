"use client";

import { Check } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import {
  type ComponentPropsWithRef,
  cloneElement,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  type ToggleEvent,
  useId,
  useRef,
} from "react";
import { cn } from "./cn";

/** A menu on the platform's popover: its top layer, its light dismissal, its way back of the focus. */

interface MenuProps {
  /** One button; it opens the menu. */
  trigger: ReactElement<ComponentPropsWithRef<"button">>;
  children: ReactNode;
  align?: "start" | "end";
}

const GAP = 6;
const MARGIN = 8;
/** Below this height the menu would rather open upwards. */
const COMFORTABLE = 240;

export function Menu({ trigger, children, align = "end" }: MenuProps) {
  const id = useId();
  const menu = useRef<HTMLDivElement>(null);

  function place(event: ToggleEvent<HTMLDivElement>) {
    const button = document.querySelector(`[popovertarget="${CSS.escape(id)}"]`);
    const element = menu.current;
    button?.setAttribute("aria-expanded", String(event.newState === "open"));
    if (event.newState !== "open" || !button || !element) return;
    const at = button.getBoundingClientRect();
    const below = window.innerHeight - at.bottom - GAP - MARGIN;
    const above = at.top - GAP - MARGIN;
    const up = below < COMFORTABLE && above > below;
    const { style } = element;
    style.top = up ? "auto" : `${at.bottom + GAP}px`;
    style.bottom = up ? `${window.innerHeight - at.top + GAP}px` : "auto";
    style.left = align === "start" ? `${Math.max(MARGIN, at.left)}px` : "auto";
    style.right = align === "end" ? `${Math.max(MARGIN, document.documentElement.clientWidth - at.right)}px` : "auto";
    style.maxHeight = `${up ? above : below}px`;
  }

  function focusFirst(event: ToggleEvent<HTMLDivElement>) {
    if (event.newState !== "open") return;
    (menu.current?.querySelector<HTMLElement>("[aria-checked=true]") ?? itemsOf(menu.current)[0])?.focus();
  }

  return (
    <>
      {cloneElement(trigger, {
        popoverTarget: id,
        "aria-haspopup": "menu",
        "aria-expanded": false,
        onKeyDown: (event) => {
          if (event.key !== "ArrowDown") return;
          event.preventDefault();
          menu.current?.showPopover();
        },
      })}
      <div
        ref={menu}
        id={id}
        popover="auto"
        role="menu"
        tabIndex={-1}
        onBeforeToggle={place}
        onToggle={focusFirst}
        onKeyDown={moveFocus}
        className="inset-auto m-0 min-w-48 max-w-80 animate-pop-in overflow-y-auto rounded-lg border-0 bg-raised p-1 text-text shadow-float"
      >
        {children}
      </div>
    </>
  );
}

function itemsOf(menu: HTMLElement | null): HTMLElement[] {
  const all = [...(menu?.querySelectorAll<HTMLElement>("[role^=menuitem]:not([aria-disabled=true])") ?? [])];
  // Some are for narrow screens only.
  return all.filter((item) => item.offsetParent !== null || item.getClientRects().length > 0);
}

function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  const items = itemsOf(event.currentTarget);
  const now = items.findIndex((item) => item.matches(":focus"));
  const go = (to: number) => {
    event.preventDefault();
    items.at(to % items.length)?.focus();
  };
  if (event.key === "ArrowDown") go(now + 1);
  else if (event.key === "ArrowUp") go(now < 0 ? -1 : now - 1);
  else if (event.key === "Home") go(0);
  else if (event.key === "End") go(-1);
  else if (event.key === "Tab") event.currentTarget.hidePopover();
  else if (event.key.length === 1 && event.key !== " ") {
    const letter = event.key.toLowerCase();
    const order = [...items.slice(now + 1), ...items.slice(0, now + 1)];
    order.find((item) => item.textContent?.trim().toLowerCase().startsWith(letter))?.focus();
  }
}

const closeMenuOf = (item: HTMLElement) => item.closest<HTMLElement>("[popover]")?.hidePopover();

const ITEM =
  "flex min-h-8 w-full cursor-pointer select-none items-center gap-2 rounded-md px-2 py-1.5 text-left outline-none hover:bg-line focus:bg-line aria-disabled:cursor-not-allowed aria-disabled:text-text-3 [&>svg]:size-4 [&>svg]:shrink-0";

interface MenuItemProps {
  icon?: ReactNode;
  danger?: boolean;
  onSelect: () => void;
  /** Cannot be used now, and why: the reason stands below the words. */
  disabledReason?: string;
  children: ReactNode;
}

export function MenuItem({ icon, danger, onSelect, disabledReason, children }: MenuItemProps) {
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      aria-disabled={disabledReason ? true : undefined}
      onClick={(event) => {
        if (disabledReason) return;
        closeMenuOf(event.currentTarget);
        onSelect();
      }}
      className={cn(ITEM, danger && !disabledReason && "text-bad")}
    >
      {icon}
      <span className="grid min-w-0">
        {children}
        {disabledReason ? <span className="text-xs">{disabledReason}</span> : null}
      </span>
    </button>
  );
}

export function MenuLink({ href, icon, children }: { href: Route; icon?: ReactNode; children: ReactNode }) {
  return (
    <Link
      href={href}
      role="menuitem"
      tabIndex={-1}
      onClick={(event) => closeMenuOf(event.currentTarget)}
      className={ITEM}
    >
      {icon}
      {children}
    </Link>
  );
}

interface MenuChoicesProps<V extends string> {
  label?: ReactNode;
  value: V;
  onChange: (value: V) => void;
  options: readonly { value: V; label: ReactNode; hint?: ReactNode }[];
}

/** One of several, the present one ticked. */
export function MenuChoices<V extends string>({ label, value, onChange, options }: MenuChoicesProps<V>) {
  const id = useId();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has no place in a menu
    <div role="group" aria-labelledby={label ? id : undefined}>
      {label ? <MenuLabel id={id}>{label}</MenuLabel> : null}
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          role="menuitemradio"
          tabIndex={-1}
          aria-checked={option.value === value}
          onClick={(event) => {
            closeMenuOf(event.currentTarget);
            onChange(option.value);
          }}
          className={ITEM}
        >
          <span className="flex size-4 shrink-0 items-center justify-center">
            {option.value === value ? <Check aria-hidden="true" className="size-4 text-accent-text" /> : null}
          </span>
          <span className="grid min-w-0">
            <span className="truncate">{option.label}</span>
            {option.hint ? <span className="truncate text-text-2 text-xs">{option.hint}</span> : null}
          </span>
        </button>
      ))}
    </div>
  );
}

export function MenuLabel({ id, children }: { id?: string; children: ReactNode }) {
  return (
    <div id={id} className="px-2 pt-1.5 pb-1 text-text-3 text-xs">
      {children}
    </div>
  );
}

export function MenuSeparator() {
  return <hr className="-mx-1 my-1 border-line" />;
}
