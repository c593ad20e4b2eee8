import type { ReactNode } from "react";
import { AppShell } from "@/components/layout/app-shell";
import { roleIn } from "@/lib/auth/rights";
import { requireUser } from "@/lib/auth/session.server";
import { toConnectionView } from "@/lib/connection";
import { chosenConnection, currentAccess, listOwnConnections } from "@/lib/connections/chosen.server";

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const user = await requireUser();
  const [connections, chosen] = await Promise.all([listOwnConnections(user), chosenConnection(user)]);
  // What they may do here; the settings of the console go by the general role.
  const role = (chosen && roleIn(await currentAccess(user), chosen.id)) ?? user.role;
  return (
    <AppShell
      user={{ ...user, role }}
      connections={connections.map(({ id, kind, name, region }) => ({ id, kind, name, region }))}
      chosen={chosen ? toConnectionView(chosen) : undefined}
    >
      {children}
    </AppShell>
  );
}
