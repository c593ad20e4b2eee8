import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { PartPage } from "@/components/models/part-page";
import { can } from "@/lib/auth/rights";
import { pageContext } from "@/lib/context.server";
import { getT } from "@/lib/i18n/request";
import { PlaceSchema } from "@/lib/oss/place";
import { paths } from "@/lib/paths";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getT();
  return { title: t("models.part.title") };
}

export default async function AddPartPage({ searchParams }: PageProps<"/models/part">) {
  const place = PlaceSchema.safeParse(await searchParams);
  // The root of a bucket is no model: an upload needs a folder of its own.
  if (!place.success || place.data.prefix === "") redirect(paths.bucket());
  const { bucket, prefix } = place.data;
  const { connection, user } = await pageContext(paths.addPart(bucket, prefix));
  return (
    <PartPage
      key={connection.id}
      connectionId={connection.id}
      bucket={bucket}
      prefix={prefix}
      canWrite={can(user.role, "models.write")}
    />
  );
}
