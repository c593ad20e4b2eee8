import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Gallery } from "@/components/gallery/gallery";
import { can } from "@/lib/auth/rights";
import { listOwnConnections } from "@/lib/connections/chosen.server";
import { pageContext } from "@/lib/context.server";
import { connectionsOf } from "@/lib/gallery/get-picture";
import { getT } from "@/lib/i18n/request";
import { paths } from "@/lib/paths";
import { Elsewhere } from "./elsewhere";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getT();
  return { title: t("gallery.title") };
}

/** The gallery, and at `/gallery/<task id>` the same with one picture open. */
export default async function GalleryPage({ params }: PageProps<"/gallery/[[...picture]]">) {
  const [taskId, ...rest] = (await params).picture ?? [];
  if (rest.length > 0) notFound();
  const ctx = await pageContext(paths.gallery(taskId && decodeURIComponent(taskId)));
  const { connection, user } = ctx;
  if (taskId) {
    const places = await connectionsOf(ctx, decodeURIComponent(taskId));
    if (places.length > 0 && !places.includes(connection.id)) {
      const other = (await listOwnConnections(user)).find(({ id }) => places.includes(id));
      if (other) return <Elsewhere id={other.id} name={other.name} />;
    }
  }
  return (
    <Gallery
      key={connection.id}
      connectionId={connection.id}
      rights={{ generate: can(user.role, "generate"), delete: can(user.role, "models.write") }}
    />
  );
}
