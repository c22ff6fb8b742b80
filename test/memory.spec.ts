// What the library keeps alive: each of these specs makes a hundred objects of a kind, and watches them.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Task, abortSignal, all, task } from "./aiodag.ts";
import { deferred } from "./support/deferred.ts";
import { drain } from "./support/drain.ts";
import { collectsSignals } from "./support/runtime.ts";
import { Watch } from "./support/watch.ts";

const COUNT = 100;

/** Does the same `COUNT` times, in frames that are gone afterwards, and gives back the handles that are to be kept. */
async function times(make: (i: number) => Promise<Task<unknown>[] | void>): Promise<Task<unknown>[]> {
  const kept: Task<unknown>[] = [];
  for (let i = 0; i < COUNT; i++) kept.push(...((await make(i)) ?? []));
  await drain();
  return kept;
}

const input = (): { payload: number[] } => ({ payload: [1, 2, 3] });

// ------------------------------------------------------------------------------------------------- settled tasks

const settled = suite("memory: a settled task");

settled("keeps its value, and neither its function, its arguments, its `this` nor its upstream", async () => {
  const watch = new Watch();
  const handles = await times(async () => {
    const fn = watch.add("function", (_: unknown, __: unknown) => watch.add("value", input()));
    const self = watch.add("this", input());
    const upstream = watch.add("upstream", task(() => watch.add("upstream's value", input()))());
    const handle = task(fn).call(self as never, watch.add("argument", input()), upstream);
    await handle;
    return [handle];
  });
  const expected = { "function": "gone", "this": "gone", "upstream": "gone", "argument": "gone", "upstream's value": "gone", "value": "kept" };
  assert.equal(await watch.alive(), expected);
  assert.is(handles.filter(({ status }) => status === "fulfilled").length, COUNT);
});

settled("keeps its reason, and nothing else, when its body failed, its dependency did or it was aborted", async () => {
  const watch = new Watch();
  const handles = await times(async (i) => {
    const fn = watch.add("function", (_: unknown, __: unknown): void => {
      throw watch.add("reason", input());
    });
    const upstream = watch.add(
      "upstream",
      i % 3 === 1
        ? task((): void => { throw watch.add("reason", input()); })()
        : task((_: unknown) => watch.add("upstream's value", input()))(i % 3 === 2 ? new Promise(() => {}) : 1),
    );
    const handle = task(fn)(watch.add("argument", input()), upstream);
    if (i % 3 === 2) handle.abort(watch.add("reason", input()));
    await handle.catch(() => {});
    return [handle];
  });
  const expected = { "function": "gone", "upstream": "gone", "argument": "gone", "upstream's value": "gone", "reason": "kept" };
  assert.equal(await watch.alive(), expected);
  assert.is(handles.filter(({ status }) => status === "rejected").length, COUNT);
});

settled("keeps neither its dependents nor the callbacks on it", async () => {
  const watch = new Watch();
  const handles = await times(async () => {
    const end = deferred();
    const handle = task(() => end.promise)();
    watch.add("dependent", task((_: unknown) => {})(handle));
    watch.add("joined", all([handle]));
    watch.add("order-only dependent", task(() => {}, handle)());
    void watch.add("chained", handle.then(watch.add("callback", () => {})));
    end.resolve();
    await drain();
    return [handle];
  });
  const expected = { "dependent": "gone", "joined": "gone", "order-only dependent": "gone", "chained": "gone", "callback": "gone" };
  assert.equal(await watch.alive(), expected);
  assert.is(handles.length, COUNT);
});

settled("keeps no handle that its body returned, and no signal that its body asked for", async () => {
  const watch = new Watch();
  const handles = await times(async () => {
    const inner = task(async () => {
      const signal = abortSignal();
      if (collectsSignals) watch.add("signal", signal);
      await undefined;
    });
    const handle = task(() => watch.add("returned", inner()))();
    await handle;
    return [handle];
  });
  assert.equal(await watch.alive(), { ...(collectsSignals && { signal: "gone" }), returned: "gone" });
  assert.is(handles.length, COUNT);
});

settled("is not kept by a promise or a foreign thenable that it waited for and that stays pending", async () => {
  const watch = new Watch();
  const pending = new Promise(() => {});
  await times(async () => {
    const handle = watch.add("task", task(watch.add("function", (..._: unknown[]) => {}))(pending, watch.add("argument", input())));
    await drain();
    handle.abort();
  });
  assert.equal(await watch.alive(), { task: "gone", function: "gone", argument: "gone" });
  assert.instance(pending, Promise);
});

settled("is not kept by a group whose signal lives on", async () => {
  const watch = new Watch();
  const controller = new AbortController();
  const group = task({ signal: controller.signal });
  const pending = group((_: unknown) => {})(new Promise(() => {}));
  await times(async (i) => {
    const handle = watch.add("task", group(watch.add("function", (_: unknown) => {}))(watch.add("argument", input())));
    if (i % 2 === 0) handle.abort();
    await handle.catch(() => {});
  });
  assert.equal(await watch.alive(), { task: "gone", function: "gone", argument: "gone" });
  assert.is(pending.status, "pending");
  controller.abort();
});

settled("is not kept by a group with a limit, whatever became of its body", async () => {
  const watch = new Watch();
  const group = task({ concurrency: 3 });
  const inner = task({ concurrency: 1 });
  await times(async (i) => {
    const end = deferred<number>();
    const body = ([
      () => 1,
      () => { throw new Error("failed"); },
      () => end.promise,
      () => watch.add("task", inner(() => end.promise)()),
      () => watch.add("task", inner((_: unknown) => 1)(end.promise)),
    ] as (() => unknown)[])[i % 5]!;
    const handle = watch.add("task", group(watch.add("function", body))());
    handle.catch(() => {});
    await drain();
    if (i % 2 === 0) handle.abort();
    end.resolve(1);
    await drain();
  });
  assert.equal(await watch.alive(), { task: "gone", function: "gone" });
  assert.type(group, "function");
  assert.type(inner, "function");
});

settled.run();

// ------------------------------------------------------------------------------------------------- pending tasks

const pending = suite("memory: a pending task");

pending("holds what it waits for", async () => {
  const watch = new Watch();
  const handles = await times(async () => [
    task(watch.add("function", (..._: unknown[]) => {}))(watch.add("argument", input()), new Promise(() => {})),
  ]);
  assert.equal(await watch.alive(), { function: "kept", argument: "kept" });
  for (const handle of handles) handle.abort();
  assert.equal(await watch.alive(), { function: "gone", argument: "gone" });
});

pending("whose body runs no longer holds its finished upstream, nor arguments that the body does not use", async () => {
  const watch = new Watch();
  const end = deferred();
  const wait = (): Promise<void> => end.promise;
  const handles = await times(async () => {
    const upstream = watch.add("upstream", task(() => watch.add("value", input()))());
    const handle = task(wait as (...inputs: unknown[]) => Promise<void>)(upstream, watch.add("argument", input()));
    await drain();
    return [handle];
  });
  assert.equal(await watch.alive(), { upstream: "gone", argument: "gone", value: "gone" });
  assert.is(handles.filter(({ status }) => status === "pending").length, COUNT);
  end.resolve();
});

pending("whose body runs no longer holds what it waited for as a settled task", async () => {
  const watch = new Watch();
  const end = deferred();
  const wait = (): Promise<void> => end.promise;
  const handles = await times(async () => {
    const upstream = watch.add("upstream", task(() => watch.add("value", input()))());
    const handle = task({ settled: true })(wait as (..._: PromiseSettledResult<unknown>[]) => Promise<void>)(upstream);
    await drain();
    return [handle];
  });
  assert.equal(await watch.alive(), { upstream: "gone", value: "gone" });
  assert.is(handles.filter(({ status }) => status === "pending").length, COUNT);
  end.resolve();
});

pending("does not pile up dependents that are gone", async () => {
  const watch = new Watch();
  const source = task((_: unknown) => {})(new Promise(() => {}));
  const kept = task((_: unknown) => {})(source);
  await times(async () => {
    const dependent = watch.add("dependent", task(watch.add("function", (..._: unknown[]) => {}))(source, watch.add("argument", input())));
    watch.add("joined", all([source, dependent]));
    dependent.abort();
  });
  await times(async () => {
    const failing = task((_: unknown) => {})(new Promise(() => {}));
    watch.add("failed dependent", task((..._: unknown[]) => {})(failing, source));
    failing.abort();
  });
  const expected = { "dependent": "gone", "function": "gone", "argument": "gone", "joined": "gone", "failed dependent": "gone" };
  assert.equal(await watch.alive(), expected);
  assert.equal([source.status, kept.status], ["pending", "pending"]);
});

pending("does not pile up dependents that are gone, passed twice or left in the order in which they came", async () => {
  const watch = new Watch();
  const source = task((_: unknown) => {})(new Promise(() => {}));
  const handles = await times(async () => [watch.add("dependent", task((..._: unknown[]) => {})(source, source, source))]);
  const other = task({ settled: true })((..._: PromiseSettledResult<unknown>[]) => {})(source);
  for (const handle of handles.splice(0)) handle.abort();
  assert.equal(await watch.alive(), { dependent: "gone" });
  assert.is(other.status, "pending");
});

pending("that was queued and is aborted is released while the slot stays taken", async () => {
  const watch = new Watch();
  const group = task({ concurrency: 1 });
  const holder = group(() => new Promise(() => {}))();
  await times(async () => {
    const queued = watch.add("task", group(watch.add("function", (_: unknown) => {}))(watch.add("argument", input())));
    await drain();
    queued.abort();
  });
  assert.equal(await watch.alive(), { task: "gone", function: "gone", argument: "gone" });
  assert.is(holder.status, "pending");
});

pending("that was queued, was returned by a body of another group and is aborted is released too", async () => {
  const watch = new Watch();
  const outer = task({ concurrency: 2 });
  const group = task({ concurrency: 1 });
  const holder = group(() => new Promise(() => {}))();
  await times(async () => {
    const handle = watch.add("task", outer(() => watch.add("queued", group((_: unknown) => {})(1)))());
    await drain();
    handle.abort();
  });
  assert.equal(await watch.alive(), { task: "gone", queued: "gone" });
  assert.is(holder.status, "pending");
});

pending("is kept alive by nobody who can still see how it ends: it is collected, although it never settles", async () => {
  const watch = new Watch();
  await times(async () => {
    const source = watch.add("task", task((_: unknown) => {})(watch.add("promise", new Promise(() => {}))));
    watch.add("dependent", task((_: unknown) => {})(source));
  });
  assert.equal(await watch.alive(), { promise: "gone", task: "gone", dependent: "gone" });
});

pending.run();

// ---------------------------------------------------------------------------------------------------- endless loops

const endless = suite("memory: a loop of tasks that does not end");

const ROUNDS = 500;

/** Runs a loop for a while, leaves it going, and tells what it has left behind. */
async function left(step: (watch: Watch, state: Task<unknown>) => Task<unknown>): Promise<Record<string, string>> {
  const watch = new Watch();
  const start = task(() => input());
  let state: Task<unknown> = start();
  for (let i = 0; i < ROUNDS; i++) {
    state = step(watch, watch.add("task", state));
    if (i % 10 === 0) await drain();
  }
  await drain();
  const alive = await watch.alive();
  assert.is(state.status, "fulfilled");
  return alive;
}

endless("leaves nothing behind where each task takes the one before", async () => {
  const next = task((..._: unknown[]) => input());
  assert.equal(await left((watch, state) => next(state, watch.add("argument", input()))), { task: "gone", argument: "gone" });
});

endless("leaves nothing behind where each comes after the one before in order", async () => {
  assert.equal(await left((watch, state) => task(watch.add("function", () => input()), state)()), { task: "gone", function: "gone" });
});

endless("leaves nothing behind where tasks have a limit, a signal and a returned handle", async () => {
  const controller = new AbortController();
  const group = task({ concurrency: 2, signal: controller.signal });
  const inner = task(async (_: unknown) => input());
  const next = group((_: unknown) => inner(_));
  assert.equal(await left((_, state) => next(state)), { task: "gone" });
  controller.abort();
});

endless("leaves nothing behind where it depends on one that stays pending, and is aborted each time", async () => {
  const stays = task(() => new Promise(() => {}))();
  const wanting = all([stays]);
  const joined = task((..._: unknown[]) => {});
  const next = task((_: unknown) => input());
  const alive = await left((watch, state) => {
    const following = next(state);
    watch.add("aborted", joined(stays, state, watch.add("argument", input()))).abort();
    return following;
  });
  assert.equal(alive, { task: "gone", aborted: "gone", argument: "gone" });
  assert.equal([stays.status, wanting.status], ["pending", "pending"]);
});

endless("leaves nothing behind in a body that awaits task after task", async () => {
  const watch = new Watch();
  const step = task(async (_: object) => watch.add("value", input()));
  let rounds = 0;
  let isStopped = false;
  const loop = task(async () => {
    while (!isStopped) {
      await watch.add("task", step(watch.add("argument", input())));
      if (++rounds % 10 === 0) await drain();
    }
  })();
  while (rounds < ROUNDS) await drain();
  // It stands still while what it has left is counted.
  const alive = await watch.alive();
  isStopped = true;
  await loop;
  assert.equal(alive, { argument: "gone", task: "gone", value: "gone" });
});

endless.run();
