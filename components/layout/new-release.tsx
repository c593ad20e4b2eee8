"use client";

import { useSyncExternalStore } from "react";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { useT } from "@/lib/i18n/react";
import { releaseNews } from "@/lib/release";

/** The server was updated under an open page, which hears nothing more until it is loaded anew. The person says when. */
export function NewRelease() {
  const t = useT();
  const isOther = useSyncExternalStore(releaseNews.subscribe, releaseNews.isOther, () => false);
  return (
    <div role="status" className="sticky top-14 z-20">
      {isOther ? (
        <Callout
          tone="info"
          title={t("shell.newRelease.title")}
          className="rounded-none px-4 sm:px-6"
          actions={
            <Button size="sm" onClick={() => location.reload()}>
              {t("shell.newRelease.reload")}
            </Button>
          }
        >
          {t("shell.newRelease.hint")}
        </Callout>
      ) : null}
    </div>
  );
}
