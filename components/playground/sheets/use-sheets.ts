"use client";

import { useQueryClient } from "@tanstack/react-query";
import { usePathname, useSearchParams } from "next/navigation";
import { useState } from "react";
import { toView } from "@/components/ui/error-notice";
import { AppError, type ErrorView } from "@/lib/errors";
import type { Result } from "@/lib/result";
import { sheetQueries } from "@/lib/sheets/queries";

const NAME = "sheet";

/** The sheet that is open is part of the address: a reload, or somebody else, sees the same. */
export function useOpenSheet(): [string | undefined, (id: string | undefined) => void] {
  const pathname = usePathname();
  const open = useSearchParams().get(NAME) ?? undefined;
  return [
    open,
    (id) => window.history.replaceState(null, "", id ? `${pathname}?${new URLSearchParams({ [NAME]: id })}` : pathname),
  ];
}

/** Gives an order about sheets and reads again what it changed. */
export function useSheetOrder(connectionId: string, service: string) {
  const client = useQueryClient();
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<ErrorView>();

  /** Whether it was carried out. */
  async function order(give: () => Promise<Result<unknown>>): Promise<boolean> {
    setPending(true);
    setError(undefined);
    try {
      const answer = await give();
      if (!answer.ok) setError(answer.error);
      await client.invalidateQueries({ queryKey: sheetQueries.all(connectionId, service) });
      return answer.ok;
    } catch (cause) {
      setError(toView(new AppError("network", { retryable: true, cause })));
      return false;
    } finally {
      setPending(false);
    }
  }

  return { order, pending, error };
}
