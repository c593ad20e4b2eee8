import { LinkButton } from "@/components/ui/link-button";
import { getT } from "@/lib/i18n/request";
import { paths } from "@/lib/paths";

/** An empty easel. */
export async function NotFoundScreen() {
  const t = await getT();
  return (
    <div className="grid justify-items-center gap-2 px-6 py-16 text-center">
      <svg
        viewBox="0 0 120 104"
        fill="none"
        aria-hidden="true"
        className="mb-3 h-24 stroke-line-strong"
        strokeWidth="3"
      >
        <path d="M60 4v8M40 72 26 102M80 72l14 30M60 72v18M14 72h92" strokeLinecap="round" />
        <rect x="20" y="12" width="80" height="56" rx="6" strokeDasharray="5 6" />
      </svg>
      <h1 className="font-semibold text-lg">{t("errors.page.notFound.title")}</h1>
      <p className="max-w-md text-pretty text-text-2">{t("errors.page.notFound.hint")}</p>
      <LinkButton href={paths.services()} className="mt-3">
        {t("errors.page.toServices")}
      </LinkButton>
    </div>
  );
}
