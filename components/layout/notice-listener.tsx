"use client";

import { useEffect } from "react";
import { toast } from "@/components/ui/toast";
import { useT } from "@/lib/i18n/react";
import type { Translate } from "@/lib/i18n/translate";
import { fetchNotices } from "@/lib/notifications/queries";
import type { Notice } from "@/lib/notifications/schemas";
import { paths } from "@/lib/paths";

/** Nobody waits for these at the second; a question costs one short query. */
const EVERY_MS = 8_000;

/** Tells what became of services, also to a tab in the background: a notification where allowed, else a toast. */
export function NoticeListener({ connectionId }: { connectionId: string }) {
  const t = useT();
  useEffect(() => {
    const leaving = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let after: string | undefined;
    async function look() {
      try {
        const { newest, notices } = await fetchNotices(connectionId, after, leaving.signal);
        after = newest;
        for (const notice of notices) show(t, notice);
      } catch {
        // The next look asks for the same; a person without a session is told by the page itself.
      }
      if (!leaving.signal.aborted) timer = setTimeout(look, EVERY_MS);
    }
    void look();
    return () => {
      leaving.abort(new DOMException("left", "AbortError"));
      clearTimeout(timer);
    };
  }, [t, connectionId]);
  return null;
}

function show(t: Translate, { id, kind, service, details }: Notice): void {
  const { version, purpose } = details;
  const { percent = "", spent, budget, currency } = details;
  const title = version
    ? t(`notices.version.${kind}`, { name: service, version, percent })
    : ((purpose === "restart" ? t.maybe(`notices.restart.${kind}`, { name: service }) : undefined) ??
      t(`notices.${kind}`, { name: service, percent }));
  const reason =
    details.reason &&
    (t.maybe(`reasons.${details.reason}.title`, details) ?? t.maybe(`notices.reason.${details.reason}`));
  const used = spent && budget && t("notices.spent", { spent, budget: `${budget} ${currency}` });
  const description = reason || used || details.message;
  if ("Notification" in window && Notification.permission === "granted" && document.hidden) {
    // Of several tabs that show the same, the browser keeps one.
    const shown = new Notification(title, { body: description, tag: `easel-${id}` });
    shown.onclick = () => {
      window.focus();
      window.location.assign(service === "" ? paths.costs() : paths.service(service));
    };
    return;
  }
  toast[kind === "ready" ? "success" : kind === "failed" ? "error" : "info"](title, { description });
}
