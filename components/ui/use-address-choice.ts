"use client";

import { useSearchParams } from "next/navigation";
import { useEffect, useState } from "react";

/** The address follows once the typing rests: changing it costs more than a key may. */
const SETTLED_MS = 250;

/** What a list shows, kept in the address so that it can be linked to. */
export function useAddressChoice<Choice extends object>(
  fromSearch: (params: URLSearchParams) => Choice,
  toSearch: (choice: Choice) => string,
): [Choice, (change: Partial<Choice>) => void] {
  const params = useSearchParams();
  const [choice, setChoice] = useState(() => fromSearch(new URLSearchParams(params.toString())));
  const search = toSearch(choice);
  useEffect(() => {
    const timer = setTimeout(() => {
      const { pathname } = window.location;
      if (window.location.search !== search) window.history.replaceState(null, "", `${pathname}${search}`);
    }, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [search]);
  return [choice, (change) => setChoice((before) => ({ ...before, ...change }))];
}
