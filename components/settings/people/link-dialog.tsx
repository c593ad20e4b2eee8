"use client";

import { useRouter } from "next/navigation";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { Dialog } from "@/components/ui/dialog";
import { useT } from "@/lib/i18n/react";
import { paths } from "@/lib/paths";

interface LinkDialogProps {
  /** The secret of the link; undefined = closed. */
  token: string | undefined;
  title: string;
  onClose: () => void;
}

/** Shows a link this once. */
export function LinkDialog({ token, title, onClose }: LinkDialogProps) {
  const t = useT();
  return (
    <Dialog
      open={token !== undefined}
      onOpenChange={(open) => !open && onClose()}
      title={title}
      description={t("people.linkDescription")}
      size="md"
    >
      {token === undefined ? null : <LinkText token={token} onDone={onClose} />}
    </Dialog>
  );
}

export function LinkText({ token, onDone }: { token: string; onDone: () => void }) {
  const t = useT();
  const router = useRouter();
  return (
    <div className="grid gap-4">
      <CodeBlock
        label={t("people.linkTitle")}
        code={`${window.location.origin}${paths.invitation(token)}`}
        copyLabel={t("people.copyLink")}
        wrap
      />
      <div className="flex justify-end">
        <Button
          variant="primary"
          onClick={() => {
            onDone();
            router.refresh();
          }}
        >
          {t("people.done")}
        </Button>
      </div>
    </div>
  );
}
