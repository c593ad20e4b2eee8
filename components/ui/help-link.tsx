"use client";

import type { Route } from "next";
import { useT } from "@/lib/i18n/react";
import { cn } from "./cn";

interface HelpLinkProps {
  /** From `help`. */
  href: Route;
  /** What it is about: its description, while its name is the same everywhere. */
  about: string;
  className?: string;
}

/** A quiet way to the guide. In a tab of its own: whoever needs it is in the middle of something. */
export function HelpLink({ href, about, className }: HelpLinkProps) {
  const t = useT();
  return (
    <a
      href={href}
      target="_blank"
      rel="noreferrer"
      title={`${t("common.help")}: ${about} (${t("common.newTab")})`}
      className={cn(
        "inline-flex min-h-6 w-fit items-center rounded-sm text-sm text-text-3 underline decoration-line-strong underline-offset-3 hover:text-text",
        className,
      )}
    >
      {t("common.help")}
    </a>
  );
}
