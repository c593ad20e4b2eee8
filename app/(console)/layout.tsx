import type { ReactNode } from "react";
import { AppShell } from "@/components/layout/app-shell";
import { requireUser } from "@/lib/auth/session.server";
import { toConnectionView } from "@/lib/connection";
import { chosenConnection, listConnections } from "@/lib/connections/chosen.server";

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const user = await requireUser();
  const [connections, chosen] = await Promise.all([listConnections(), chosenConnection()]);
  return (
    <AppShell
      user={user}
      connections={connections.map(({ id, kind, name, region }) => ({ id, kind, name, region }))}
      chosen={chosen ? toConnectionView(chosen) : undefined}
    >
      {children}
    </AppShell>
  );
}
