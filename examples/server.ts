// The other end of the pipeline: a small HTTP server on loopback, for Node, Deno and Bun alike.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** What can be fetched, and how many units of time that takes. */
const parts: Record<string, { units: number; text: string }> = {
  a1: { units: 1, text: "A1 task2 starts3 " },
  a2: { units: 2, text: "when4 its5 own6 arguments7 are8 there9" },
  b1: { units: 4, text: ", 10whatever 11the " },
  b2: { units: 0.5, text: "12others 13are 14doing" },
  c1: { units: 6, text: "Nothing15 awaits16 " },
  c2: { units: 3.5, text: "anything17 but18 the19 end20" },
};

/** What has to be uploaded: three texts without a number in them. */
const expected = [
  ["a1", "a2"],
  ["a1", "a2", "b1", "b2"],
  ["c1", "c2"],
].map((names) => names.map((name) => parts[name]!.text.replace(/\d/g, "")).join(""));

/** Answers `GET /parts/c1?unit=250` and `POST /upload?unit=250`, where the unit of time is in milliseconds. */
export async function answer(request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const wait = (units: number): Promise<void> =>
    pause(units * Number(searchParams.get("unit")), undefined, { signal: request.signal });

  const part = parts[pathname.replace("/parts/", "")];
  if (part && request.method === "GET") {
    await wait(part.units);
    return new Response(part.text);
  }
  if (pathname === "/upload" && request.method === "POST") {
    const texts: unknown = await request.json();
    await wait(1);
    if (JSON.stringify(texts) === JSON.stringify(expected)) return Response.json(texts, { status: 201 });
    return new Response(`Cannot store ${JSON.stringify(texts)}: expected ${JSON.stringify(expected)}`, { status: 422 });
  }
  return new Response(`There is no ${pathname} to ${request.method}`, { status: 404 });
}

export interface Server {
  /** Where it listens, such as `http://127.0.0.1:49152`. */
  origin: string;
  /** Ends what is still open. */
  close: () => void;
}

/** Starts a server on loopback, by default on a port that the system chooses. */
export async function listen(answer: (request: Request) => Promise<Response>, port = 0): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    // A client that gives up closes its connection: that ends what was begun for it.
    const client = new AbortController();
    outgoing.on("close", () => {
      if (!outgoing.writableEnded) client.abort();
    });

    const reply = async (): Promise<void> => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Uint8Array);
      const { method = "GET", url = "/" } = incoming;
      const body = chunks.length > 0 ? Buffer.concat(chunks) : null;
      const response = await answer(new Request(new URL(url, origin), { method, body, signal: client.signal }));
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      outgoing.end(Buffer.from(await response.arrayBuffer()));
    };
    reply().catch((error: unknown) => {
      if (!client.signal.aborted) outgoing.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.on("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { origin, close };
}
