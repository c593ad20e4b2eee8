"use client";

import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { type ConfigPrice, configPrice, type WantedType } from "@/lib/prices/price";
import { priceQueries } from "@/lib/prices/queries";

type Wanted = string | { instances: number; types: readonly WantedType[] };

/** What one instance of a type, or a configuration, costs an hour now; undefined where the operator's table does not say. */
export function usePrices(connectionId: string): (wanted: Wanted) => ConfigPrice | undefined {
  const { data } = useQuery(priceQueries.list(connectionId));
  return useCallback(
    (wanted) => {
      const list = data?.currency === undefined ? undefined : { currency: data.currency, prices: data.prices };
      return configPrice(list, typeof wanted === "string" ? one(wanted) : wanted, Date.now());
    },
    [data],
  );
}

const one = (type: string) => ({ instances: 1, types: [{ type }] });
