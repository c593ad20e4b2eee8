"use client";

import { WrapText } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useT } from "@/lib/i18n/react";
import { cn } from "./cn";
import { CopyButton } from "./copy-button";
import { IconButton } from "./icon-button";

interface CodeBlockProps {
  code: string;
  /** Names the block: "curl", "Service configuration". */
  label: string;
  /** What is copied when it differs from what is shown (a masked token). */
  copyText?: string | (() => Promise<string>);
  copyLabel?: string;
  /** Long lines broken from the start. */
  wrap?: boolean;
  /** CSS height limit for long text. */
  maxHeight?: string;
  actions?: ReactNode;
}

export function CodeBlock({ code, label, copyText, copyLabel, wrap = false, maxHeight, actions }: CodeBlockProps) {
  const t = useT();
  const [wrapped, setWrapped] = useState(wrap);
  return (
    <figure className="min-w-0 overflow-hidden rounded-lg border border-line bg-surface">
      <figcaption className="flex min-h-10 items-center justify-between gap-2 border-line border-b pr-1.5 pl-3">
        <span className="min-w-0 truncate text-sm text-text-2">{label}</span>
        <span className="flex shrink-0 items-center gap-1">
          {actions}
          <IconButton
            label={t("common.wrapLines")}
            icon={<WrapText aria-hidden="true" />}
            size="sm"
            aria-pressed={wrapped}
            className={cn(wrapped && "bg-hover")}
            onClick={() => setWrapped((now) => !now)}
          />
          <CopyButton text={copyText ?? code} label={copyLabel} variant="ghost" />
        </span>
      </figcaption>
      {/* Scrollable regions must be reachable by keyboard. */}
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
        tabIndex={0}
        className={cn(
          "overflow-auto p-3 text-sm leading-normal focus-visible:outline-offset-[-2px]",
          wrapped ? "whitespace-pre-wrap break-all" : "whitespace-pre",
        )}
        style={{ maxHeight }}
      >
        <code className="text-[length:inherit]">{code}</code>
      </pre>
    </figure>
  );
}
