/** What the console under test is started with, and what the stories know of it. */

/** Ports of their own, so that a console in use on this machine is not disturbed. */
export const CONSOLE_PORT = 3900;
export const CONSOLE_URL = `http://127.0.0.1:${CONSOLE_PORT}`;

export const CLOUD = {
  region: "cn-hangzhou",
  ports: { oss: 9900, eas: 9901, gateway: 9902, sts: 9903, control: 9904 },
  accessKeyId: "E2EACCESSKEYID",
  accessKeySecret: "E2EACCESSKEYSECRET0123456789",
} as const;

export const SETUP_CODE = "e2e-set-up-code";
export const OWNER = { name: "owner@example.com", password: "four dry autumn leaves" };
export const OWNER_STATE = "test-results/.auth/owner.json";

/** A browser in which nobody is signed in. */
export const NOBODY = { cookies: [], origins: [] };
