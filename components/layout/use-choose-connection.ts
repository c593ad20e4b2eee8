"use client";

import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { toView } from "@/components/ui/error-notice";
import { toast } from "@/components/ui/toast";
import { chooseConnection } from "@/lib/connections/actions";
import { errorTexts, useT } from "@/lib/i18n/react";
import { unwrap } from "@/lib/result";

const CHANNEL = "easel-connection";

/** The choice holds for the whole browser, so the other tabs are told. */
export function useChooseConnection() {
  const t = useT();
  const router = useRouter();
  return useMutation({
    mutationFn: async (id: string) => unwrap(await chooseConnection({ id })),
    onSuccess: () => {
      const channel = new BroadcastChannel(CHANNEL);
      channel.postMessage("chosen");
      channel.close();
      router.refresh();
    },
    onError: (error) => toast.error(errorTexts(t, toView(error)).title),
  });
}

/** Renders anew what another tab has just pointed elsewhere. */
export function useFollowConnection(): void {
  const router = useRouter();
  useEffect(() => {
    const channel = new BroadcastChannel(CHANNEL);
    channel.onmessage = () => router.refresh();
    return () => channel.close();
  }, [router]);
}
