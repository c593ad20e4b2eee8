"use client";

import { Boxes, Coins, Images, LayoutGrid, Rocket, Settings } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { cn } from "@/components/ui/cn";
import { useT } from "@/lib/i18n/react";
import { paths } from "@/lib/paths";

const PLACES = [
  { id: "services", href: paths.services(), Icon: LayoutGrid, within: ["/services"] },
  { id: "gallery", href: paths.gallery(), Icon: Images, within: ["/gallery"] },
  { id: "models", href: paths.models(), Icon: Boxes, within: ["/models"] },
  { id: "costs", href: paths.costs(), Icon: Coins, within: ["/costs"] },
  { id: "deploy", href: paths.deploy(), Icon: Rocket, within: ["/deploy"] },
  { id: "settings", href: paths.settings(), Icon: Settings, within: ["/settings"] },
] as const;

function isWithin(pathname: string, roots: readonly string[], href: string): boolean {
  return pathname === href || roots.some((root) => pathname === root || pathname.startsWith(`${root}/`));
}

/** The places of the console: in the top bar on wide screens, a bar at the bottom below 768 px. One list, one landmark. */
export function MainNav() {
  const t = useT();
  const pathname = usePathname();
  return (
    <nav
      aria-label={t("shell.navigation")}
      className={cn(
        "fixed inset-x-0 bottom-0 z-30 border-line border-t bg-surface pb-[env(safe-area-inset-bottom)]",
        "md:static md:border-0 md:bg-transparent md:pb-0",
      )}
    >
      <ul className="grid h-14 grid-cols-6 md:flex md:h-auto md:gap-0.5">
        {PLACES.map(({ id, href, Icon, within }) => {
          const here = isWithin(pathname, within, href);
          return (
            <li key={id} className="grid">
              <Link
                href={href}
                title={t(`nav.${id}`)}
                aria-current={here ? "page" : undefined}
                className={cn(
                  "flex flex-col items-center justify-center gap-0.5 text-xs transition-colors focus-visible:outline-offset-[-3px]",
                  "md:h-8 md:flex-row md:gap-2 md:rounded-md md:px-3 md:text-base md:focus-visible:outline-offset-2",
                  here
                    ? "font-medium text-accent-text md:bg-hover md:text-text md:[&>svg]:text-accent-text"
                    : "text-text-2 hover:text-text md:hover:bg-hover",
                )}
              >
                <Icon aria-hidden="true" className="size-5 md:size-4" />
                {/* Between a phone and a wide window there is room for the signs only. */}
                <span className="md:max-[90rem]:sr-only">{t(`nav.${id}`)}</span>
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
