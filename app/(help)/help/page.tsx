import { HelpIndex } from "@/components/help/help-index";
import { findSections } from "@/lib/guides/find-sections";
import { readGuides } from "@/lib/guides/guides.server";
import { getLocale, pageTitle } from "@/lib/i18n/request";

export const generateMetadata = () => pageTitle("help.title");

interface HelpPageProps {
  searchParams: Promise<{ q?: string | string[] }>;
}

export default async function HelpPage({ searchParams }: HelpPageProps) {
  const { q } = await searchParams;
  const asked = typeof q === "string" ? q.trim() : "";
  const guides = await readGuides(await getLocale());
  return <HelpIndex guides={guides} asked={asked} hits={asked ? findSections(guides, asked) : []} />;
}
