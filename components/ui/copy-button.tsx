"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { useT } from "@/lib/i18n/react";
import { Button } from "./button";
import type { ButtonSize, ButtonVariant } from "./button-styles";
import { IconButton } from "./icon-button";
import { toast } from "./toast";
import { VisuallyHidden } from "./visually-hidden";

interface CopyButtonProps {
  /** What is copied, or how to get it when asked (a secret that is fetched first). */
  text: string | (() => Promise<string>);
  /** Verb and object: "Copy token". With `iconOnly` it is the button's name. */
  label?: string;
  iconOnly?: boolean;
  size?: ButtonSize;
  variant?: ButtonVariant;
}

const SHOWN_MS = 2000;

export function CopyButton({ text, label, iconOnly, size = "sm", variant }: CopyButtonProps) {
  const t = useT();
  const [copied, setCopied] = useState(false);

  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);

  async function copy() {
    try {
      await navigator.clipboard.writeText(typeof text === "string" ? text : await text());
      setCopied(true);
    } catch {
      // The clipboard needs a secure context and a permission; both can be missing.
      toast.error(t("common.copyFailed"));
    }
  }

  const words = label ?? t("common.copy");
  const icon = copied ? <Check aria-hidden="true" className="text-ok" /> : <Copy aria-hidden="true" />;
  return (
    <>
      {iconOnly ? (
        <IconButton label={words} icon={icon} onClick={copy} size={size} variant={variant ?? "ghost"} />
      ) : (
        <Button icon={icon} onClick={copy} size={size} variant={variant ?? "secondary"}>
          {words}
        </Button>
      )}
      <span role="status">{copied ? <VisuallyHidden>{t("common.copied")}</VisuallyHidden> : null}</span>
    </>
  );
}
