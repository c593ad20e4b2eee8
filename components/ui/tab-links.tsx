"use client";

import type { Route } from "next";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { type ReactNode, useEffect, useRef } from "react";
import { tabClass, tabListClass } from "./tab-styles";

interface TabLinksProps {
  /** Names the navigation. */
  label: string;
  links: readonly { href: Route; label: ReactNode; icon?: ReactNode }[];
}

/** Tabs that are pages: each is a link, the present one is marked by the path and brought into view where they scroll. */
export function TabLinks({ label, links }: TabLinksProps) {
  const pathname = usePathname();
  const list = useRef<HTMLElement>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the path decides which tab is marked
  useEffect(() => {
    const here = list.current?.querySelector("[aria-current]")?.getBoundingClientRect();
    const seen = list.current?.getBoundingClientRect();
    if (!here || !seen) return;
    // Not scrollIntoView, which would also move the page.
    list.current?.scrollBy({ left: Math.min(0, here.left - seen.left) + Math.max(0, here.right - seen.right) });
  }, [pathname]);

  return (
    <nav ref={list} aria-label={label} className={tabListClass}>
      {links.map((link) => {
        const active = pathname === link.href;
        return (
          <Link
            key={link.href}
            href={link.href}
            aria-current={active ? "page" : undefined}
            className={tabClass(active)}
          >
            {link.icon}
            {link.label}
          </Link>
        );
      })}
    </nav>
  );
}
