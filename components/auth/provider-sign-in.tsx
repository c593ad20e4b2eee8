import { LogIn } from "lucide-react";
import { buttonClass } from "@/components/ui/button-styles";
import { Callout } from "@/components/ui/callout";
import type { OidcProblem } from "@/lib/auth/oidc/sign-in";
import { getT } from "@/lib/i18n/request";
import { paths } from "@/lib/paths";

interface ProviderSignInProps {
  /** What the operator calls the provider. */
  name: string;
  next: string;
  /** Why it let nobody in just now. */
  problem: OidcProblem | undefined;
}

/** The way in through an OpenID provider, above that by password. */
export async function ProviderSignIn({ name, next, problem }: ProviderSignInProps) {
  const t = await getT();
  return (
    <div className="grid gap-5">
      {problem ? (
        <Callout tone={problem === "cancelled" ? "info" : "bad"} role="alert">
          {t(`auth.oidc.problems.${problem}`, { name })}
        </Callout>
      ) : null}
      <a
        href={paths.signInThrough(next === "/" ? undefined : next)}
        className={buttonClass({ size: "lg", className: "w-full" })}
      >
        <LogIn aria-hidden="true" />
        {t("auth.oidc.signIn", { name })}
      </a>
      <p className="flex items-center gap-3 text-sm text-text-3 before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
        {t("auth.oidc.or")}
      </p>
    </div>
  );
}
