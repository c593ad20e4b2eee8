import type { Route } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { cn } from "./cn";

const STYLE =
  "rounded-sm text-accent-text underline decoration-1 decoration-transparent underline-offset-3 transition-colors hover:decoration-current in-[p]:decoration-current/40";

interface TextLinkProps {
  href: Route;
  className?: string;
  children: ReactNode;
}

export function TextLink({ href, className, children }: TextLinkProps) {
  return (
    <Link href={href} className={cn(STYLE, className)}>
      {children}
    </Link>
  );
}
