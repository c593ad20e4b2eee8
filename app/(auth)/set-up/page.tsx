import { redirect } from "next/navigation";
import { DoorHeading } from "@/components/auth/door";
import { SetUpForm } from "@/components/auth/set-up-form";
import { HelpLink } from "@/components/ui/help-link";
import { isSetUp } from "@/lib/auth/set-up";
import { database } from "@/lib/database.server";
import { help } from "@/lib/guides/help";
import { getT, pageTitle } from "@/lib/i18n/request";
import { paths } from "@/lib/paths";

export const generateMetadata = () => pageTitle("auth.setUp.title");

export default async function SetUpPage() {
  if (await isSetUp(database())) redirect(paths.signIn());
  const t = await getT();
  return (
    <>
      <DoorHeading title={t("auth.setUp.title")} description={t("auth.setUp.description")} />
      <SetUpForm />
      <HelpLink href={help.topic("setUp")} about={t("auth.setUp.code")} className="justify-self-center" />
    </>
  );
}
