import { createServer } from "node:net";
import { LaunchError } from "./launch-error.mjs";

/** @param {{port: number, host: string, what: string, variable: string}[]} wanted */
export async function demandPorts(wanted) {
  for (const { port, host, what, variable } of wanted) {
    const code = await tryPort(port, host);
    if (!code) continue;
    if (code === "EADDRINUSE") {
      throw new LaunchError(
        `port ${port} (${what}) is in use. Stop the program that uses it, or choose another port: ${variable}=${port + 1000 > 65535 ? port - 1000 : port + 1000} npm start`,
      );
    }
    if (code === "EACCES")
      throw new LaunchError(`port ${port} (${what}) is not allowed for this user. Set ${variable}.`);
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
      throw new LaunchError(`HOST=${host} is no address of this machine.`);
    }
    throw new LaunchError(`port ${port} (${what}) cannot be opened on ${host}: ${code}.`);
  }
}

/** @returns {Promise<string | undefined>} the error's code */
function tryPort(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => resolve(error.code ?? error.message));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/** 0 = any: settled here, because the console's address is printed and passed on. */
export function freePort(host = "127.0.0.1") {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, host, () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
