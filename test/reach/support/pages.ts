// Servers on loopback for pages, and the CDN that stands in for those of the web.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";

export interface Server {
  origin: string;
  close(): Promise<void>;
}

type Answer = { body: string | Buffer; headers: Record<string, string> } | undefined;

const types: Record<string, string> = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
  ".map": "application/json",
};

export async function listen(answer: (path: string) => Answer | Promise<Answer>): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, "http://localhost");
    void (async () => {
      const given = await Promise.resolve(answer(decodeURIComponent(pathname))).catch(() => undefined);
      if (given) response.writeHead(200, given.headers).end(given.body);
      else response.writeHead(404, { "content-type": "text/plain" }).end("not found");
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The files of a folder, with headers for each. */
export function serveFolder(folder: string, headers: Record<string, string> = {}, prefix = "/"): Promise<Server> {
  return listen(async (path) => {
    if (!path.startsWith(prefix)) return undefined;
    const body = await readFile(join(folder, path.slice(prefix.length)));
    return { body, headers: { "content-type": `${types[extname(path)] ?? "text/plain"}; charset=utf-8`, ...headers } };
  });
}
