import type { Metadata } from "next";
import { BucketBrowser } from "@/components/models/bucket-browser";
import { can } from "@/lib/auth/rights";
import { pageContext } from "@/lib/context.server";
import { getT } from "@/lib/i18n/request";
import { PlaceSchema } from "@/lib/oss/place";
import { paths } from "@/lib/paths";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getT();
  return { title: t("models.browse") };
}

export default async function BrowsePage({ searchParams }: PageProps<"/models/browse">) {
  // A place that cannot be one is the list of buckets.
  const place = PlaceSchema.safeParse(await searchParams);
  const { bucket, prefix } = place.success ? place.data : { bucket: undefined, prefix: "" };
  const { connection, user } = await pageContext(paths.bucket(bucket, prefix));
  return (
    <BucketBrowser
      key={connection.id}
      connectionId={connection.id}
      bucket={bucket}
      prefix={prefix}
      canWrite={can(user.role, "models.write")}
      canDeploy={can(user.role, "services.write")}
      region={connection.region}
    />
  );
}
