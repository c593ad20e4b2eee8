/** What the console under test is started with, and what the stories know of it. */

/**
 * Ports of their own, so that a console in use on this machine is not disturbed. `EASEL_E2E_SHIFT` moves them all, so that
 * two checkouts may be tested at the same time.
 */
const SHIFT = Number(process.env.EASEL_E2E_SHIFT ?? 0);
export const CONSOLE_PORT = 3900 + SHIFT;
export const CONSOLE_URL = `http://127.0.0.1:${CONSOLE_PORT}`;

export const CLOUD = {
  region: "cn-hangzhou",
  ports: { oss: 9900 + SHIFT, eas: 9901 + SHIFT, gateway: 9902 + SHIFT, sts: 9903 + SHIFT, control: 9904 + SHIFT },
  accessKeyId: "E2EACCESSKEYID",
  accessKeySecret: "E2EACCESSKEYSECRET0123456789",
} as const;

/** A model hub of the stories' own, which the console under test takes for ModelScope. */
export const HUB_PORT = 9905 + SHIFT;

export const SETUP_CODE = "e2e-set-up-code";
export const OWNER = { name: "owner@example.com", password: "four dry autumn leaves" };
export const OWNER_STATE = "test-results/.auth/owner.json";

/** A browser in which nobody is signed in. */
export const NOBODY = { cookies: [], origins: [] };
