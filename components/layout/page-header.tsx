import { ArrowLeft } from "lucide-react";
import type { Route } from "next";
import type { ReactNode } from "react";
import { TextLink } from "@/components/ui/text-link";

interface PageHeaderProps {
  title: ReactNode;
  /** A pill beside the title. */
  status?: ReactNode;
  /** One line below it: what this is, or what now. */
  description?: ReactNode;
  /** Buttons, the main one last. */
  actions?: ReactNode;
  back?: { href: Route; label: ReactNode };
  /** TabLinks of the page's parts. */
  tabs?: ReactNode;
}

export function PageHeader({ title, status, description, actions, back, tabs }: PageHeaderProps) {
  return (
    <header className="grid gap-4">
      <div className="grid gap-1.5">
        {back ? (
          <TextLink href={back.href} className="inline-flex w-fit items-center gap-1.5 text-sm text-text-2!">
            <ArrowLeft aria-hidden="true" className="size-3.5" />
            {back.label}
          </TextLink>
        ) : null}
        <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
          <div className="grid min-w-0 gap-1">
            <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1.5">
              <h1 className="min-w-0 wrap-anywhere font-semibold text-lg">{title}</h1>
              {status}
            </div>
            {description ? <div className="max-w-prose text-text-2">{description}</div> : null}
          </div>
          {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
        </div>
      </div>
      {tabs}
    </header>
  );
}
