// A Cloudflare Worker: ?way=… says what its host is given.
import { task } from "aiodag";
import { makeWays } from "ways";

const ways = makeWays(task);
const done = [];

const later = (value) => new Promise((resolve) => setTimeout(resolve, 30, value));

export default {
  fetch(request, _, ctx) {
    const { pathname, searchParams } = new URL(request.url);
    const way = searchParams.get("way");
    const give = ways[way];
    if (pathname === "/fetch") return give(new Response("sent"));
    if (pathname === "/done") return Response.json(done.includes(way));
    ctx.waitUntil(give(later().then(() => done.push(way))));
    return new Response("sent");
  },
};
