import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

export interface TestPerson {
  preferred_username?: string;
  email?: string;
  groups?: readonly string[] | string;
  roles?: readonly string[];
  realm_access?: { roles: readonly string[] };
  _claim_names?: Record<string, string>;
}

interface TestProviderOptions {
  /** Below which the provider lies, as one of several on its host: `/realms/studio`. */
  path?: string;
  /** The only way in which this client's secret is taken, whatever the provider takes of others. The library takes either. */
  clientAuth?: "client_secret_basic" | "client_secret_post";
}

export interface TestProvider {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Who sits before the browser: subject and claims. Undefined: they press "Cancel". */
  person: (TestPerson & { sub: string }) | undefined;
  /** What was asked for, in order: `POST /token`. */
  requests: string[];
  close(): Promise<void>;
}

/** A real OpenID provider on a loopback port, whose people answer its questions by themselves. */
export async function startTestProvider({
  path = "",
  clientAuth = "client_secret_basic",
}: TestProviderOptions = {}): Promise<TestProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  const people = new Map<string, TestPerson>();
  const test: TestProvider = {
    issuer,
    clientId: "easel",
    clientSecret: "a secret/with+signs",
    person: undefined,
    requests: [],
    close: () => closeServer(server),
  };
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: test.clientId,
        client_secret: test.clientSecret,
        token_endpoint_auth_method: clientAuth,
        redirect_uris: [`${issuer}/any`],
      },
    ],
    claims: {
      openid: ["sub"],
      profile: ["preferred_username", "groups", "roles", "realm_access", "_claim_names"],
      email: ["email"],
    },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people.get(id) }) }),
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `${path}/interaction/${uid}` },
    // Nobody is asked whether the console may know who they are.
    loadExistingGrant: async (ctx) => {
      const { client, session } = ctx.oidc;
      const grant = new provider.Grant({ clientId: client?.clientId, accountId: session?.accountId });
      grant.addOIDCScope("openid profile email");
      await grant.save();
      return grant;
    },
    cookies: { keys: ["for tests"] },
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
  });
  // The console's port is not known when the provider starts.
  provider.Client.prototype.redirectUriAllowed = () => true;
  const answer = provider.callback();
  server.on("request", (request, response) => {
    const { pathname: whole } = new URL(request.url ?? "", issuer);
    if (!whole.startsWith(`${path}/`)) return void response.writeHead(404).end();
    const pathname = whole.slice(path.length);
    // As a router that mounts it would say.
    if (path) Object.assign(request, { originalUrl: request.url, url: request.url?.slice(path.length) });
    test.requests.push(`${request.method} ${pathname}`);
    if (
      pathname === "/token" &&
      (request.headers.authorization !== undefined) !== (clientAuth === "client_secret_basic")
    ) {
      response.writeHead(401, { "content-type": "application/json" }).end('{"error":"invalid_client"}');
      return;
    }
    // The provider asks anew each time: it must not know the person before.
    if (pathname === "/auth") delete request.headers.cookie;
    if (!pathname.startsWith("/interaction/")) return void answer(request, response);
    const { person } = test;
    if (person) people.set(person.sub, person);
    const result = person ? { login: { accountId: person.sub, remember: false } } : { error: "access_denied" };
    void provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  });
  return test;
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
