import { Page } from "@/components/layout/page";
import { Skeleton, SkeletonRows } from "@/components/ui/skeleton";
import { getT } from "@/lib/i18n/request";

export default async function Loading() {
  const t = await getT();
  return (
    <Page>
      <Skeleton className="h-7 w-48" />
      <SkeletonRows label={t("common.loading")} />
    </Page>
  );
}
