// Hosts in Deno.
export const hosts = {
  "Deno.serve": async (give) => {
    const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => give(new Response("sent")));
    try {
      const response = await fetch(`http://127.0.0.1:${server.addr.port}/`, { signal: AbortSignal.timeout(3000) });
      return `${response.status} ${await response.text()}`;
    } finally {
      await server.shutdown();
    }
  },
  "Deno.serve: onError": async (give) => {
    const onError = () => give(new Response("sent"));
    const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {}, onError }, () => { throw new Error("no"); });
    try {
      return await (await fetch(`http://127.0.0.1:${server.addr.port}/`)).text();
    } finally {
      await server.shutdown();
    }
  },
};
