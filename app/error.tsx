"use client";

import { ErrorScreen } from "@/components/layout/error-screen";

export default function RootError({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <main className="grid min-h-dvh place-items-center">
      <ErrorScreen error={error} retry={retry} />
    </main>
  );
}
