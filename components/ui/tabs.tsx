"use client";

import { type KeyboardEvent, type ReactNode, useId } from "react";
import { tabClass, tabListClass } from "./tab-styles";

export interface Tab {
  id: string;
  label: ReactNode;
  content: ReactNode;
}

interface TabsProps {
  tabs: readonly Tab[];
  value: string;
  onChange: (id: string) => void;
  /** Names the list of tabs. */
  label: string;
  className?: string;
}

/** Tabs inside a page. Where each tab is a URL of its own, use TabLinks. */
export function Tabs({ tabs, value, onChange, label, className }: TabsProps) {
  const id = useId();
  const current = tabs.find((tab) => tab.id === value) ?? tabs[0];
  if (!current) return null;

  function move(event: KeyboardEvent<HTMLElement>) {
    const now = tabs.findIndex((tab) => tab.id === value);
    const to = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: -1 }[event.key];
    const next = to === undefined ? undefined : tabs.at(to % tabs.length);
    if (!next) return;
    event.preventDefault();
    onChange(next.id);
    document.getElementById(`${id}-${next.id}`)?.focus();
  }

  return (
    <div className={className}>
      <div role="tablist" aria-label={label} className={tabListClass}>
        {tabs.map((tab) => (
          <button
            key={tab.id}
            id={`${id}-${tab.id}`}
            type="button"
            role="tab"
            aria-selected={tab.id === current.id}
            aria-controls={`${id}-panel`}
            tabIndex={tab.id === current.id ? 0 : -1}
            onClick={() => onChange(tab.id)}
            onKeyDown={move}
            className={tabClass(tab.id === current.id)}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div key={current.id} id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${current.id}`} className="pt-4">
        {current.content}
      </div>
    </div>
  );
}
