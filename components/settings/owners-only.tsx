import { Lock } from "lucide-react";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { getT } from "@/lib/i18n/request";

/** In the place of what this person may not see. */
export async function OwnersOnly({ titleKey }: { titleKey: "people.title" | "audit.title" }) {
  const t = await getT();
  return (
    <Card title={t(titleKey)}>
      <EmptyState icon={<Lock />} title={t("errors.forbidden.title")} description={t("settings.usersOnly")} />
    </Card>
  );
}
