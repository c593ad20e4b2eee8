import { NotFoundScreen } from "@/components/layout/not-found-screen";
import { pageTitle } from "@/lib/i18n/request";

export const generateMetadata = () => pageTitle("errors.page.notFound.title");

export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-items-center">
      <NotFoundScreen />
    </main>
  );
}
