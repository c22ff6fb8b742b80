// A Cloudflare Worker: ?way=… says what its host is given.
import { task } from "aiodag";
import { makeWays } from "ways";

const ways = makeWays(task);
const done = [];

const shared = {};
const use = task((value) => new Response(value));

const later = (value, ms = 30) => new Promise((resolve) => setTimeout(resolve, ms, value));

export default {
  async shared(way) {
    return use(shared[way] ??= ways[way](later("shared", 1000)));
  },

  fetch(request, _, ctx) {
    const { pathname, searchParams } = new URL(request.url);
    const way = searchParams.get("way");
    const give = ways[way];
    if (pathname === "/fetch") return give(new Response("sent"));
    if (pathname === "/shared") return this.shared(way);
    if (pathname === "/begun") return Response.json(way in shared);
    if (pathname === "/done") return Response.json(done.includes(way));
    ctx.waitUntil(give(later().then(() => done.push(way))));
    return new Response("sent");
  },
};
