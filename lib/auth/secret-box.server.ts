import "server-only";
import { join } from "node:path";
import { env } from "@/lib/env";
import { once } from "@/lib/once";
import { createSecretBox, readKey, readOrMakeKey, type SecretBox } from "./secret-box";

export function secretBox(): SecretBox {
  return once("secret-box", () => {
    const { secretKeyFile, dataDir } = env();
    return createSecretBox(secretKeyFile ? readKey(secretKeyFile) : readOrMakeKey(join(dataDir, "secret.key")));
  });
}
