import { PasswordForm } from "@/components/settings/password-form";
import { SecondFactor } from "@/components/settings/second-factor";
import { Card } from "@/components/ui/card";
import { KeyValueList } from "@/components/ui/key-value-list";
import { hasPassword } from "@/lib/auth/people";
import { secondFactorOf } from "@/lib/auth/second-factor";
import { requireUser } from "@/lib/auth/session.server";
import { database } from "@/lib/database.server";
import { env } from "@/lib/env";
import { getT, pageTitle } from "@/lib/i18n/request";
import { paths } from "@/lib/paths";

export const generateMetadata = () => pageTitle("settings.sections.account");

export default async function AccountPage() {
  const user = await requireUser(paths.settings("account"));
  const db = database();
  const [t, factor, ownPassword] = await Promise.all([getT(), secondFactorOf(db, user.id), hasPassword(db, user.id)]);
  return (
    <>
      <Card title={t("settings.account.you")}>
        <KeyValueList
          items={[
            { label: t("auth.name"), value: user.name },
            { label: t("settings.account.role"), value: t(`common.roles.${user.role}`) },
          ]}
        />
      </Card>
      {ownPassword ? (
        <>
          <Card title={t("settings.account.password")} description={t("settings.account.passwordDescription")}>
            <PasswordForm userName={user.name} />
          </Card>
          <SecondFactor factor={factor} />
        </>
      ) : (
        <Card title={t("settings.account.password")}>
          <p className="text-text-2">{t("settings.account.throughProvider", { name: env().oidc?.name ?? "OpenID" })}</p>
        </Card>
      )}
    </>
  );
}
