import { AppRouteRouteModule } from "next/dist/server/route-modules/app-route/module";
import { NextRequest } from "next/server";

type Definition = ConstructorParameters<typeof AppRouteRouteModule>[0]["definition"];
type RouteContext = Parameters<AppRouteRouteModule["handle"]>[1];

/** What Next answers to one request with this handler: headers, cookies and all, without a server. */
export async function callRoute(
  handler: (request: NextRequest, context: { params: Promise<unknown> }) => Promise<Response>,
  url: string,
  init: { method: string; headers: Record<string, string> },
): Promise<Response> {
  const page = "/testing/route";
  const routes = new AppRouteRouteModule({
    // Its kind is one of an enum that is gone once compiled.
    definition: { kind: "APP_ROUTE", page, pathname: page, filename: "route", bundlePath: page } as Definition,
    distDir: ".next",
    relativeProjectDir: "",
    resolvedPagePath: page,
    nextConfigOutput: undefined,
    userland: () => ({
      generateStaticParams: undefined,
      [init.method]: (request: NextRequest, { params }: { params?: Promise<unknown> }) =>
        handler(request, { params: params ?? Promise.resolve({}) }),
    }),
  });
  await routes.ensureUserland();
  return routes.handle(new NextRequest(url, init), {
    params: {},
    previewProps: { previewModeId: "", previewModeSigningKey: "", previewModeEncryptionKey: "" },
    sharedContext: { buildId: "testing", deploymentId: "" },
    // Of what a build would say, the little that is read here.
    renderOpts: {
      cacheLifeProfiles: {},
      cacheComponents: false,
      experimental: {},
      onClose: () => {},
    } as unknown as RouteContext["renderOpts"],
  });
}
