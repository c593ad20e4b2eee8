"use client";

import { useSearchParams } from "next/navigation";
import { useEffect, useState } from "react";
import { fromSearch, type GalleryChoice, toSearch } from "@/lib/gallery/filters";

/** The address follows once the typing rests: changing it costs more than a key may. */
const SETTLED_MS = 250;

/** What the gallery shows, kept in the address so that it can be linked to. */
export function useGalleryChoice(): [GalleryChoice, (change: Partial<GalleryChoice>) => void] {
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
