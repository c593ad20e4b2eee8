import { Link2 } from "lucide-react";
import { cn } from "@/components/ui/cn";
import { TextLink } from "@/components/ui/text-link";
import { VisuallyHidden } from "@/components/ui/visually-hidden";
import type { Guide, Section } from "@/lib/guides/parse-guide";
import { getT } from "@/lib/i18n/request";
import { paths } from "@/lib/paths";
import { GuideText } from "./guide-text";

/** A guide with its table of contents: beside it where there is room, folded above it on a phone, on paper not at all. */
export async function GuidePage({ guide }: { guide: Guide }) {
  const t = await getT();
  return (
    <div className="grid gap-8 lg:grid-cols-[15rem_minmax(0,1fr)] lg:gap-12 print:block">
      <aside className="print:hidden">
        <details className="rounded-lg border border-line bg-surface p-3 lg:hidden">
          <summary className="rounded-sm font-medium">{t("help.contents")}</summary>
          <Contents sections={guide.sections} label={t("help.contents")} />
        </details>
        <div className="sticky top-20 hidden max-h-[calc(100dvh-6rem)] overflow-y-auto lg:block">
          <p className="font-medium text-sm text-text-2">{t("help.contents")}</p>
          <Contents sections={guide.sections} label={t("help.contents")} />
        </div>
      </aside>
      <article className="grid max-w-[46rem] grid-cols-[minmax(0,1fr)] gap-4 text-pretty print:max-w-none">
        <TextLink href={paths.help()} className="w-fit text-sm text-text-2! print:hidden">
          {t("help.all")}
        </TextLink>
        <h1 className="font-semibold text-xl">{guide.title}</h1>
        <GuideText tokens={guide.lead} />
        {guide.sections.map((section) => (
          <SectionOf key={section.ids[0]} section={section} linkLabel={t("help.linkTo", { title: section.title })} />
        ))}
      </article>
    </div>
  );
}

function Contents({ sections, label }: { sections: readonly Section[]; label: string }) {
  return (
    <nav aria-label={label}>
      <ul className="mt-2 grid text-sm">
        {sections.map(({ ids: [id], title, depth }) => (
          <li key={id} className={cn(depth === 2 ? "mt-1.5" : "pl-3")}>
            <a
              href={`#${id}`}
              className={cn(
                "inline-block min-h-6 rounded-sm py-0.5 hover:text-text",
                depth === 2 ? "font-medium text-text-2" : "text-text-3",
              )}
            >
              {title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function SectionOf({ section: { ids, depth, heading, body }, linkLabel }: { section: Section; linkLabel: string }) {
  const [id, ...more] = ids;
  const Heading = depth === 2 ? "h2" : "h3";
  return (
    <section className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <Heading
        id={id}
        className={cn(
          "group scroll-mt-20 break-after-avoid font-semibold",
          depth === 2 ? "mt-5 border-line border-t pt-5 text-lg" : "mt-2 text-md",
          "target:text-accent-text",
        )}
      >
        {/* Codes that share this help lead here too. */}
        {more.map((other) => (
          <span key={other} id={other} className="scroll-mt-20" />
        ))}
        <GuideText tokens={heading} />
        <a
          href={`#${id}`}
          className="ml-2 inline-block rounded-sm align-middle text-text-3 opacity-0 focus-visible:opacity-100 group-hover:opacity-100 print:hidden"
        >
          <Link2 aria-hidden="true" className="size-4" />
          <VisuallyHidden>{linkLabel}</VisuallyHidden>
        </a>
      </Heading>
      <GuideText tokens={body} />
    </section>
  );
}
