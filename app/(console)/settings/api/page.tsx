import { ApiGuide } from "@/components/settings/api/api-guide";
import { TokenList } from "@/components/settings/api/token-list";
import { listTokens } from "@/lib/auth/api-tokens";
import { canSomewhere, TOKEN_RIGHTS } from "@/lib/auth/rights";
import { requireUser } from "@/lib/auth/session.server";
import { systemClock } from "@/lib/clock";
import { currentAccess } from "@/lib/connections/chosen.server";
import { database } from "@/lib/database.server";
import { pageTitle } from "@/lib/i18n/request";
import { paths } from "@/lib/paths";

export const generateMetadata = () => pageTitle("settings.sections.api");

export default async function ApiPage() {
  const user = await requireUser(paths.settings("api"));
  const access = await currentAccess(user);
  const tokens = await listTokens({ db: database(), clock: systemClock, user });
  return (
    <>
      <TokenList tokens={tokens} rights={TOKEN_RIGHTS.filter((right) => canSomewhere(access, right))} />
      <ApiGuide />
    </>
  );
}
