"use client";

import dynamic from "next/dynamic";

/** Who looks at pictures rarely needs it. */
export const Elsewhere = dynamic(() => import("@/components/gallery/elsewhere").then((module) => module.Elsewhere), {
  ssr: false,
});
