import { Search } from "lucide-react";
import { buttonClass } from "@/components/ui/button-styles";
import { Input } from "@/components/ui/input";
import { TextLink } from "@/components/ui/text-link";
import type { Hit } from "@/lib/guides/find-sections";
import { type GuideId, TROUBLES, WAYS } from "@/lib/guides/guides";
import { type Guide, plainText } from "@/lib/guides/parse-guide";
import { getT } from "@/lib/i18n/request";
import { paths } from "@/lib/paths";

interface HelpIndexProps {
  guides: readonly { id: GuideId; guide: Guide }[];
  /** What was searched for, and what was found. */
  asked: string;
  hits: readonly Hit[];
}

/** A form of the browser's own: the search needs no script, and its address can be sent to somebody. */
export async function HelpIndex({ guides, asked, hits }: HelpIndexProps) {
  const t = await getT();
  return (
    <div className="grid max-w-[46rem] grid-cols-[minmax(0,1fr)] gap-8">
      <div className="grid gap-1.5">
        <h1 className="font-semibold text-xl">{t("help.title")}</h1>
        <p className="text-text-2">{t("help.description")}</p>
      </div>
      <search>
        <form action={paths.help()} className="grid gap-1.5">
          <label htmlFor="asked" className="font-medium">
            {t("help.search")}
          </label>
          <div className="flex gap-2">
            <Input
              id="asked"
              name="q"
              type="search"
              defaultValue={asked}
              aria-describedby="asked-hint"
              maxLength={4000}
            />
            <button type="submit" className={buttonClass({ variant: "primary" })}>
              <Search aria-hidden="true" />
              {t("help.submit")}
            </button>
          </div>
          <p id="asked-hint" className="text-sm text-text-3">
            {t("help.searchHint")}
          </p>
        </form>
      </search>
      {asked ? (
        <Found asked={asked} hits={hits} titles={new Map(guides.map(({ id, guide }) => [id, guide.title]))} />
      ) : null}
      <GuideList title={t("help.ways")} guides={guides.filter(({ id }) => isOneOf(WAYS, id))} />
      <GuideList title={t("help.troubles")} guides={guides.filter(({ id }) => isOneOf(TROUBLES, id))} />
    </div>
  );
}

const isOneOf = (list: readonly GuideId[], id: GuideId) => list.includes(id);

async function Found({ asked, hits, titles }: { asked: string; hits: readonly Hit[]; titles: Map<GuideId, string> }) {
  const t = await getT();
  const shown = asked.length > 60 ? `${asked.slice(0, 60)}…` : asked;
  return (
    <section className="grid gap-3">
      <h2 className="wrap-anywhere font-semibold text-md">
        {hits.length > 0 ? t("help.found", { count: hits.length, asked: shown }) : t("help.nothing", { asked: shown })}
      </h2>
      {hits.length > 0 ? (
        <ol className="divide-y divide-line rounded-lg border border-line bg-surface">
          {hits.map(({ guide, section }) => (
            <li key={`${guide}${section.ids[0]}`} className="grid gap-0.5 px-4 py-2.5">
              <TextLink href={paths.help(guide, section.ids[0])} className="font-medium">
                {section.title}
              </TextLink>
              <p className="line-clamp-2 text-sm text-text-2">{section.text}</p>
              <p className="text-sm text-text-3">{titles.get(guide)}</p>
            </li>
          ))}
        </ol>
      ) : (
        <p className="text-text-2">{t("help.nothingHint")}</p>
      )}
    </section>
  );
}

function GuideList({ title, guides }: { title: string; guides: readonly { id: GuideId; guide: Guide }[] }) {
  return (
    <section className="grid gap-3">
      <h2 className="font-semibold text-md">{title}</h2>
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
        {guides.map(({ id, guide }) => (
          <li key={id} className="grid gap-0.5 px-4 py-3">
            <TextLink href={paths.help(id)} className="w-fit font-medium">
              {guide.title}
            </TextLink>
            <p className="text-sm text-text-2">{plainText(guide.lead)}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
