"use client";

import { useRouter } from "next/navigation";
import { startTransition } from "react";
import { Button } from "@/components/ui/button";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { LinkButton } from "@/components/ui/link-button";
import { AppError } from "@/lib/errors";
import { useT } from "@/lib/i18n/react";
import { paths } from "@/lib/paths";

/** Next replaces what a Server Component threw by a digest, under which the server logged it. */
function digestOf(error: unknown): string | undefined {
  const digest = error instanceof Error && "digest" in error ? error.digest : undefined;
  return typeof digest === "string" ? digest : undefined;
}

/** For the error boundaries of routes. */
export function ErrorScreen({ error, retry }: { error: unknown; retry: () => void }) {
  const t = useT();
  const router = useRouter();
  const view = toView(error);

  // What the server could not load must be asked for again, not only drawn again.
  function tryAgain() {
    startTransition(() => {
      router.refresh();
      retry();
    });
  }

  return (
    <div className="mx-auto grid w-full max-w-form gap-4 px-4 py-12">
      <h1 className="font-semibold text-lg">{t("errors.page.failed.title")}</h1>
      <ErrorNotice
        error={error instanceof AppError ? view : { ...view, logId: digestOf(error) }}
        actions={
          <>
            <Button size="sm" onClick={tryAgain}>
              {t("common.retry")}
            </Button>
            <LinkButton size="sm" variant="ghost" href={paths.services()}>
              {t("errors.page.toServices")}
            </LinkButton>
          </>
        }
      />
    </div>
  );
}
