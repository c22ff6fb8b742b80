// A Cloudflare Worker. Each path is one thing that a worker does with handles.
import { AsyncLocalStorage } from "node:async_hooks";
import { all, task } from "aiodag";

const log = [];
const storage = new AsyncLocalStorage();

/** I/O that workerd lets only the request use that made it. */
const ownIo = (id) => {
  const body = new Response(`own I/O of ${id}`).body.pipeThrough(new TransformStream());
  return async () => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    return new Response(body).text();
  };
};

const later = (ms, value) => new Promise((resolve) => setTimeout(() => resolve(value), ms));

const load = task(async (id, part) => later(2 * part, `${id} ${part}`));
const join = task((a, b) => `${a} + ${b}`);
const limited = task({ concurrency: 1 })(async (io, id) => {
  await later(20);
  return { id, io: await io() };
});
const early = task((a, b) => a + b)(task(() => 1)(), 2);

let shared;
let abortable;

/** workerd ends a request that has no I/O pending, and waits for what the code of another one will do. */
async function atWork(body) {
  const timer = setTimeout(() => {}, 5000);
  try {
    return await body();
  } finally {
    clearTimeout(timer);
  }
}

const paths = {
  "/log": () => Response.json(log),

  "/begun": () => Response.json((shared ?? abortable) !== undefined),

  "/wait-until"(id, ctx) {
    ctx.waitUntil(task(async () => {
      await later(100);
      log.push(`${id}: done`);
    })());
    log.push(`${id}: response`);
    return new Response("sent");
  },

  "/respond": () => task((...values) => Response.json(values))(task(() => 1)(), 2, Promise.resolve(3)),

  async "/own"(id) {
    const values = [load(id, 1), load(id, 2)];
    return Response.json({ id, values: await all(values), joined: await join(...values) });
  },

  async "/shared"(id) {
    // A timer that the first request sets, so that its request settles the task. What is shared is a native promise.
    shared ??= task(() => later(1000, "shared"))().then();
    const io = ownIo(id);
    const use = task(async (value) => ({ id, value, io: await io() }));
    return Response.json(await use(shared));
  },

  async "/joined"(id) {
    shared ??= task(() => later(1000, "shared"))().then();
    return Response.json(await all({ shared, id }));
  },

  async "/shared-handle"(id) {
    shared ??= task(() => later(1000, "shared"))();
    const io = ownIo(id);
    const use = task(async (value) => ({ id, value, io: await io() }));
    return Response.json(await use(shared));
  },

  "/shared-handle-at-work": (id) => atWork(() => paths["/shared-handle"](id)),

  "/limited": (id) => atWork(async () => Response.json(await limited(ownIo(id), id))),

  async "/abortable"(id) {
    abortable = task(() => later(5000))();
    const io = ownIo(id);
    const settled = task({ settled: true })(async ({ reason }) => ({ id, reason, io: await io() }));
    return Response.json(await settled(abortable));
  },

  "/abort"(id) {
    abortable.abort(`stopped by ${id}`);
    return new Response("stopped");
  },

  "/store": (id) =>
    storage.run(id, async () => {
      const see = task(() => storage.getStore());
      const first = task(() => later(Math.random() * 10))();
      return Response.json([await see(), await see(first), await first.then(() => storage.getStore())]);
    }),

  "/global": async () => Response.json({ early: await early, status: early.status }),
};

export default {
  fetch(request, _, ctx) {
    const { pathname, searchParams } = new URL(request.url);
    return paths[pathname](searchParams.get("id"), ctx);
  },
};
