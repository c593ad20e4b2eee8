/**
 * What the launcher itself needs of the environment, before anything is installed: lib/env.ts is the whole, and a test
 * keeps both in step.
 */
import { resolve } from "node:path";
import { LaunchError } from "./launch-error.mjs";

const SANDBOX_PORTS = { oss: 9100, eas: 9101, gateway: 9102, sts: 9103, control: 9104 };

/** The variable that moves a port of the sandbox. */
export const sandboxPortVariable = (name) => `EASEL_SANDBOX_${name.toUpperCase()}_PORT`;

/** @param {Record<string, string | undefined>} source */
export function readSettings(source) {
  const text = (name) => source[name]?.trim() || undefined;
  const port = (name, fallback) => {
    const value = Number(text(name) ?? fallback);
    if (!Number.isInteger(value) || value < 0 || value > 65535) {
      throw new LaunchError(`${name} must be a port number from 0 to 65535.`);
    }
    return value;
  };
  const sandbox = text("EASEL_SANDBOX");
  if (sandbox !== undefined && sandbox !== "on" && sandbox !== "off") {
    throw new LaunchError("EASEL_SANDBOX must be on or off.");
  }
  for (const prefix of ["ALIBABA_CLOUD", "EASEL_SANDBOX"]) {
    const [id, secret] = [`${prefix}_ACCESS_KEY_ID`, `${prefix}_ACCESS_KEY_SECRET`];
    if (text(id) && !text(secret)) throw new LaunchError(`${secret} is missing while ${id} is set.`);
    if (text(secret) && !text(id)) throw new LaunchError(`${id} is missing while ${secret} is set.`);
  }
  const hasAccount = text("ALIBABA_CLOUD_ACCESS_KEY_ID") !== undefined || text("EASEL_CREDENTIALS") === "chain";
  return {
    port: port("PORT", 3000),
    host: text("HOST") ?? "127.0.0.1",
    dataDir: resolve(text("EASEL_DATA") ?? ".easel"),
    setupCode: text("EASEL_SETUP_CODE"),
    databaseUrl: text("DATABASE_URL"),
    sandbox: {
      on: sandbox ? sandbox === "on" : !hasAccount,
      ports: Object.fromEntries(
        Object.entries(SANDBOX_PORTS).map(([name, fallback]) => [name, port(sandboxPortVariable(name), fallback)]),
      ),
    },
  };
}
