"use client";

import { Check } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { DropdownMenu as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "./cn";
import { useLandmark } from "./use-landmark";

interface MenuProps {
  /** One button; it opens the menu. */
  trigger: ReactNode;
  children: ReactNode;
  align?: "start" | "end";
}

export function Menu({ trigger, children, align = "end" }: MenuProps) {
  const [container, triggerRef] = useLandmark();
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild ref={triggerRef}>
        {trigger}
      </Radix.Trigger>
      <Radix.Portal container={container}>
        <Radix.Content
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-48 max-w-80 animate-pop-in overflow-y-auto rounded-lg bg-raised p-1 shadow-float"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

const ITEM =
  "flex min-h-8 w-full cursor-pointer select-none items-center gap-2 rounded-md px-2 py-1.5 text-left outline-none data-disabled:cursor-not-allowed data-highlighted:bg-hover data-disabled:text-text-3 [&>svg]:size-4 [&>svg]:shrink-0";

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
    <Radix.Item
      disabled={Boolean(disabledReason)}
      onSelect={onSelect}
      className={cn(ITEM, danger && !disabledReason && "text-bad")}
    >
      {icon}
      <span className="grid min-w-0">
        {children}
        {disabledReason ? <span className="text-xs">{disabledReason}</span> : null}
      </span>
    </Radix.Item>
  );
}

export function MenuLink({ href, icon, children }: { href: Route; icon?: ReactNode; children: ReactNode }) {
  return (
    <Radix.Item asChild className={ITEM}>
      <Link href={href}>
        {icon}
        {children}
      </Link>
    </Radix.Item>
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
  return (
    <Radix.RadioGroup
      value={value}
      onValueChange={(next) => {
        const option = options.find((candidate) => candidate.value === next);
        if (option) onChange(option.value);
      }}
    >
      {label ? <MenuLabel>{label}</MenuLabel> : null}
      {options.map((option) => (
        <Radix.RadioItem key={option.value} value={option.value} className={ITEM}>
          <span className="flex size-4 shrink-0 items-center justify-center">
            <Radix.ItemIndicator>
              <Check aria-hidden="true" className="size-4 text-accent-text" />
            </Radix.ItemIndicator>
          </span>
          <span className="grid min-w-0">
            <span className="truncate">{option.label}</span>
            {option.hint ? <span className="truncate text-text-3 text-xs">{option.hint}</span> : null}
          </span>
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Radix.Label className="px-2 pt-1.5 pb-1 text-text-3 text-xs">{children}</Radix.Label>;
}

export function MenuSeparator() {
  return <Radix.Separator className="-mx-1 my-1 h-px bg-line" />;
}
