// Hosts in Bun.
const textAt = async (server) => {
  try {
    const response = await fetch(server.url, { signal: AbortSignal.timeout(3000) });
    const text = await response.text();
    return text.includes("Welcome to Bun") ? "Bun's welcome page" : `${response.status} ${text.slice(0, 80)}`;
  } finally {
    await server.stop(true);
  }
};

export const hosts = {
  "Bun.serve: fetch": (give) => textAt(Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => give(new Response("sent")) })),
  "Bun.serve: routes": (give) =>
    textAt(Bun.serve({ port: 0, hostname: "127.0.0.1", routes: { "/": () => give(new Response("sent")) }, fetch: () => new Response("no route") })),
  "Bun.serve: error": (give) =>
    textAt(Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => { throw new Error("no"); }, error: () => give(new Response("sent")) })),
  "Elysia": async (give) => {
    const { Elysia } = await import("elysia");
    const app = new Elysia().get("/", () => give("sent"));
    const response = await app.handle(new Request("http://localhost/"));
    return `${response.status} ${await response.text()}`;
  },
  "Hono": async (give) => {
    const { Hono } = await import("hono");
    const app = new Hono().get("/", (context) => give(context.text("sent")));
    return textAt(Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: app.fetch }));
  },
  "Bun.peek": async (give) => {
    const given = give(1);
    await given;
    return Bun.peek(given) === 1;
  },
  "new Response(an async iterable of handles)": async (give) => {
    async function* parts() {
      yield give("a");
      yield give("b");
    }
    return new Response(parts()).text();
  },
};
