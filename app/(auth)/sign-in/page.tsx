import { redirect } from "next/navigation";
import { DoorHeading } from "@/components/auth/door";
import { SignInForm } from "@/components/auth/sign-in-form";
import { safeNextPath } from "@/lib/auth/next-path";
import { currentUser } from "@/lib/auth/session.server";
import { isSetUp } from "@/lib/auth/set-up";
import { database } from "@/lib/database.server";
import { getT, pageTitle } from "@/lib/i18n/request";
import { paths } from "@/lib/paths";

export const generateMetadata = () => pageTitle("auth.signIn.title");

interface SignInPageProps {
  searchParams: Promise<{ next?: string | string[] }>;
}

export default async function SignInPage({ searchParams }: SignInPageProps) {
  const { next: given } = await searchParams;
  const next = safeNextPath(typeof given === "string" ? given : undefined);
  if (!(await isSetUp(database()))) redirect(paths.setUp());
  if (await currentUser()) redirect(paths.checked(next));
  const t = await getT();
  return (
    <>
      <DoorHeading title={t("auth.signIn.title")} description={t("auth.signIn.description")} />
      <SignInForm next={next} />
    </>
  );
}
