import * as oidc from "openid-client";
import type { Clock } from "@/lib/clock";
import type { OidcSettings } from "@/lib/oidc-settings";
import type { Claims } from "./claims";

/** How long what the provider says of itself is kept. */
const KEPT_MS = 60 * 60 * 1000;
const TIMEOUT_S = 10;
/** How far the provider's clock may be off. */
const TOLERANCE_S = 30;

/** What the browser carries to the provider and back, sealed. */
export interface Flow {
  state: string;
  nonce: string;
  verifier: string;
}

export interface Identity {
  issuer: string;
  subject: string;
  claims: Claims;
}

export interface Provider {
  /** Where the browser is sent. */
  begin(redirectUri: string): Promise<{ location: URL; flow: Flow }>;
  /** `answer`: the address at which the browser came back. Throws openid-client's errors. */
  finish(answer: URL, flow: Flow): Promise<Identity>;
}

export function createProvider(settings: OidcSettings, clock: Clock): Provider {
  let known: { config: Promise<oidc.Configuration>; at: number } | undefined;
  const configuration = () => {
    if (known && clock.now() - known.at < KEPT_MS) return known.config;
    const asked = { config: discover(settings), at: clock.now() };
    known = asked;
    asked.config.catch(() => {
      if (known === asked) known = undefined;
    });
    return asked.config;
  };
  return {
    async begin(redirectUri) {
      const config = await configuration();
      const flow = {
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        verifier: oidc.randomPKCECodeVerifier(),
      };
      const location = oidc.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: settings.scopes,
        state: flow.state,
        nonce: flow.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(flow.verifier),
        code_challenge_method: "S256",
      });
      return { location, flow };
    },
    async finish(answer, flow) {
      const config = await configuration();
      const tokens = await oidc.authorizationCodeGrant(config, answer, {
        pkceCodeVerifier: flow.verifier,
        expectedState: flow.state,
        expectedNonce: flow.nonce,
        idTokenExpected: true,
      });
      const own = tokens.claims();
      if (!own) throw new Error("The provider sent no ID token.");
      // Many providers give name and groups there only.
      const more = config.serverMetadata().userinfo_endpoint
        ? await oidc.fetchUserInfo(config, tokens.access_token, own.sub)
        : {};
      return { issuer: own.iss, subject: own.sub, claims: { ...own, ...more } };
    },
  };
}

async function discover({ issuer, clientId, clientSecret, clientAuth }: OidcSettings): Promise<oidc.Configuration> {
  const config = await oidc.discovery(
    issuer,
    clientId,
    { [oidc.clockTolerance]: TOLERANCE_S },
    clientSecret === undefined ? oidc.None() : secretAuth(clientSecret, clientAuth),
    {
      timeout: TIMEOUT_S,
      [oidc.customFetch]: fetchAt([issuer.host]),
      // The signature too, though the token comes straight from the provider.
      execute: [oidc.enableNonRepudiationChecks, ...(issuer.protocol === "http:" ? [oidc.allowInsecureRequests] : [])],
    },
  );
  const { token_endpoint, userinfo_endpoint, jwks_uri } = config.serverMetadata();
  const own = [token_endpoint, userinfo_endpoint, jwks_uri].flatMap((url) => (url ? [new URL(url).host] : []));
  config[oidc.customFetch] = fetchAt([issuer.host, ...own]);
  return config;
}

/** In the header, which is what providers expect unless they, or their settings for this client, say otherwise. */
function secretAuth(secret: string, wanted: OidcSettings["clientAuth"]): oidc.ClientAuth {
  const inHeader = oidc.ClientSecretBasic(secret);
  const inBody = oidc.ClientSecretPost(secret);
  if (wanted) return wanted === "basic" ? inHeader : inBody;
  return (server, client, body, headers) => {
    const methods = server.token_endpoint_auth_methods_supported;
    const auth = !methods || methods.includes("client_secret_basic") ? inHeader : inBody;
    auth(server, client, body, headers);
  };
}

/** Calls the issuer and the hosts that it names as its own, nobody else. */
function fetchAt(hosts: readonly string[]): oidc.CustomFetch {
  return async (url, options) => {
    const { host } = new URL(url);
    if (!hosts.includes(host)) throw new Error(`${host} is not a host of the issuer.`);
    return fetch(url, { ...options, cache: "no-store", redirect: "manual" } as RequestInit);
  };
}
