import type { HttpHandler } from "@/lib/sandbox/core/listen";
import { apiRequestId } from "@/lib/sandbox/core/request-id";

/** The sandbox issues no temporary credentials: every action is answered as one that does not exist. */
export function createStsHandler(): HttpHandler {
  return (incoming, response) => {
    incoming.resume();
    const host = (incoming.headers.host ?? "").replace(/[^\w.:[\]-]/g, "");
    const body = [
      "<?xml version='1.0' encoding='UTF-8'?>",
      `<Error><RequestId>${apiRequestId()}</RequestId><HostId>${host}</HostId>`,
      "<Code>InvalidAction.NotFound</Code>",
      "<Message>Specified api is not found, please check your url and method.</Message></Error>",
    ].join("");
    response.writeHead(404, { "content-type": "text/xml;charset=utf-8", "content-length": Buffer.byteLength(body) });
    response.end(body);
  };
}
