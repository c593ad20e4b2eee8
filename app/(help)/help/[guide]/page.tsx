import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { GuidePage } from "@/components/help/guide-page";
import { isGuide } from "@/lib/guides/guides";
import { readGuide } from "@/lib/guides/guides.server";
import { getLocale } from "@/lib/i18n/request";

interface GuidePageProps {
  params: Promise<{ guide: string }>;
}

async function guideOf({ params }: GuidePageProps) {
  const { guide } = await params;
  if (!isGuide(guide)) notFound();
  return readGuide(guide, await getLocale());
}

export async function generateMetadata(props: GuidePageProps): Promise<Metadata> {
  return { title: (await guideOf(props)).title };
}

export default async function Guide(props: GuidePageProps) {
  return <GuidePage guide={await guideOf(props)} />;
}
