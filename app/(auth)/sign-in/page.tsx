import { redirect } from "next/navigation";
import { DoorHeading } from "@/components/auth/door";
import { ProviderSignIn } from "@/components/auth/provider-sign-in";
import { SignInForm } from "@/components/auth/sign-in-form";
import { safeNextPath } from "@/lib/auth/next-path";
import { OIDC_PROBLEMS } from "@/lib/auth/oidc/sign-in";
import { currentUser } from "@/lib/auth/session.server";
import { isSetUp } from "@/lib/auth/set-up";
import { database } from "@/lib/database.server";
import { env } from "@/lib/env";
import { getT, pageTitle } from "@/lib/i18n/request";
import { paths } from "@/lib/paths";

export const generateMetadata = () => pageTitle("auth.signIn.title");

interface SignInPageProps {
  searchParams: Promise<{ next?: string | string[]; problem?: string | string[] }>;
}

export default async function SignInPage({ searchParams }: SignInPageProps) {
  const { next: given, problem: reason } = await searchParams;
  const problem = OIDC_PROBLEMS.find((known) => known === reason);
  const provider = env().oidc?.name;
  const next = safeNextPath(typeof given === "string" ? given : undefined);
  if (!(await isSetUp(database()))) redirect(paths.setUp());
  if (await currentUser()) redirect(paths.checked(next));
  const t = await getT();
  return (
    <>
      <DoorHeading title={t("auth.signIn.title")} description={t("auth.signIn.description")} />
      {provider ? <ProviderSignIn name={provider} next={next} problem={problem} /> : null}
      <SignInForm next={next} />
    </>
  );
}
