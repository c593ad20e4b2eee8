"use client";

import type { Route } from "next";
import Link from "next/link";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { tabClass, tabListClass } from "./tab-styles";

interface TabLinksProps {
  /** Names the navigation. */
  label: string;
  links: readonly { href: Route; label: ReactNode; icon?: ReactNode }[];
}

/** Tabs that are pages: each is a link, the present one is marked by the path. */
export function TabLinks({ label, links }: TabLinksProps) {
  const pathname = usePathname();
  return (
    <nav aria-label={label} className={tabListClass}>
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
