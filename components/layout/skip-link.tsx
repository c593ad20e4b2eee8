import { getT } from "@/lib/i18n/request";

/** The first stop of the Tab key: past what stands above every page. */
export async function SkipLink() {
  const t = await getT();
  return (
    <a
      href="#main"
      className="fixed top-2 left-2 z-50 -translate-y-20 rounded-md bg-text px-3 py-2 text-bg focus-visible:translate-y-0"
    >
      {t("shell.skip")}
    </a>
  );
}
