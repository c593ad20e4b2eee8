import Credential, { DefaultCredentialsProvider } from "@alicloud/credentials";
import type { Credentials } from "@/lib/connection";
import { AppError } from "@/lib/errors";
import { once } from "@/lib/once";
import { redactText } from "@/lib/redact";

/**
 * Credentials that nobody typed: the vendor's own chain finds the role of the machine, of the pod, or of a profile. It keeps
 * what it was given and renews it before it ends.
 */
export async function chainedCredentials(): Promise<Credentials> {
  const chain = once(
    "credentials-chain",
    () => new CredentialClass(null, DefaultCredentialsProvider.builder().build()),
  );
  try {
    const { accessKeyId, accessKeySecret, securityToken } = await chain.getCredential();
    if (accessKeyId && accessKeySecret)
      return { accessKeyId, accessKeySecret, securityToken: securityToken || undefined };
  } catch (error) {
    throw nothingFound(error instanceof Error ? error.message : undefined);
  }
  throw nothingFound();
}

/** What the chain says may end with the very answer that it could not read. */
function nothingFound(words = ""): AppError {
  const message = redactText(words.split(/,? result: /)[0] ?? "");
  return new AppError("invalid_credentials", { params: { rule: "connections.rules.chain" }, vendor: { message } });
}

/** The class is the default export of a CommonJS module: plain Node hands out the module around it, a bundler the class. */
const CredentialClass = ((Credential as unknown as { default?: typeof Credential }).default ??
  Credential) as typeof Credential;
