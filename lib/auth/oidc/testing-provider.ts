import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

export interface TestPerson {
  preferred_username?: string;
  email?: string;
  groups?: readonly string[];
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
export async function startTestProvider(): Promise<TestProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
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
        redirect_uris: [`${issuer}/any`],
      },
    ],
    claims: { openid: ["sub"], profile: ["preferred_username", "groups"], email: ["email"] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people.get(id) }) }),
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
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
    const { pathname } = new URL(request.url ?? "", issuer);
    test.requests.push(`${request.method} ${pathname}`);
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
