/** The specs of async context that Node, Deno and Bun share: each runs them with its own `AsyncLocalStorage`. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Task, abortSignal, all, task } from "../aiodag.ts";
import { type Deferred, deferred } from "./deferred.ts";
import { turn } from "./turn.ts";

export interface Storage<T> {
  run<R>(store: T, body: () => R): R;
  getStore(): T | undefined;
  enterWith?(store: T): void;
}

const REQUESTS = 200;

/** Runs the same handler for 200 requests, each in a context of its own, and compares what each has seen. */
async function isolates(create: new () => Storage<number>, handle: (see: () => void, request: number) => unknown): Promise<void> {
  const storage = new create();
  const seen: (number | undefined)[][] = [];
  const handled: unknown[] = [];
  for (let request = 0; request < REQUESTS; request++) {
    const log: (number | undefined)[] = [];
    seen.push(log);
    handled.push(storage.run(request, () => handle(() => void log.push(storage.getStore()), request)));
  }
  await Promise.all(handled);
  assert.ok(seen[0]!.length > 0, "the handler looked at its store");
  assert.equal(seen, seen.map((log, request) => log.map(() => request)));
  assert.is(storage.getStore(), undefined);
}

const pause = (rounds: number): Promise<void> =>
  rounds > 0 ? turn().then(() => pause(rounds - 1)) : Promise.resolve();

export function contextSpecs(create: new () => Storage<number>): void {
  const context = suite("async context");

  context("bodies, sync and async, run in the context of their call", () =>
    isolates(create, (see, request) => {
      const sync = task((value: number) => {
        see();
        return value;
      });
      const wait = task(async (value: number) => {
        see();
        await pause(value % 3);
        see();
        return value;
      });
      return all([sync(request), wait(request), sync(wait(request)), wait(sync(request))]);
    }),
  );

  context("so do bodies of functions that all requests share", () => {
    const storage = new create();
    const load = task(async (request: number) => {
      const before = storage.getStore();
      await pause(request % 4);
      return [request, before, storage.getStore()];
    });
    const join = task((...parts: unknown[][]) => [...parts.flat(), storage.getStore()]);
    const requests = Array.from({ length: REQUESTS }, (_, request) =>
      storage.run(request, () => join(load(request), load(request))),
    );
    return Promise.all(requests).then((results) => {
      assert.equal(results, results.map((_, i) => [i, i, i, i, i, i, i]));
    });
  });

  context("then, catch and finally callbacks run in the context in which they were registered", () =>
    isolates(create, async (see, request) => {
      const wait = task(async (fail: boolean) => {
        await pause(request % 3);
        if (fail) throw new Error("failed");
      });
      const [fulfilled, failed] = [wait(false), wait(true)];
      await Promise.all([
        fulfilled.then(see),
        fulfilled.finally(see),
        failed.catch(see),
        failed.then(undefined, see).then(see),
        all([fulfilled]).then(see),
      ]);
      see();
    }),
  );

  context("callbacks that another request registers on the same handle run in that one's context", async () => {
    const storage = new create();
    const shared = deferred();
    const handle = storage.run(-1, () => task(() => shared.promise)());
    const seen = Array.from({ length: REQUESTS }, (_, request) =>
      storage.run(request, () => handle.then(() => storage.getStore())),
    );
    const dependent = Array.from({ length: REQUESTS }, (_, request) =>
      storage.run(request, () => task((_: unknown) => storage.getStore())(handle)),
    );
    await turn();
    storage.run(-2, () => shared.resolve());
    assert.equal(await Promise.all(seen), seen.map((_, i) => i));
    assert.equal(await Promise.all(dependent), seen.map((_, i) => i));
  });

  context("a body that another request's body releases runs in the context of its own call", async () => {
    const storage = new create();
    const seen: unknown[] = [];
    const release: Deferred<void>[] = [];
    const gate = task((i: number) => (release[i] = deferred()).promise);
    const handles: Task<unknown>[] = [];
    for (let request = 0; request < REQUESTS; request++) {
      storage.run(request, () => {
        const passed = gate(request);
        // The body of each request opens the gate of the next.
        handles.push(task((_: unknown) => {
          seen.push([request, storage.getStore()]);
          release[request + 1]?.resolve();
        })(passed));
      });
    }
    await turn();
    release[0]!.resolve();
    await Promise.all(handles);
    assert.equal(seen, handles.map((_, i) => [i, i]));
  });

  context("a body runs in the context of its call whoever settles or aborts what it waited for", async () => {
    const storage = new create();
    const never = new Promise<never>(() => {});
    const source = storage.run(1, () => task(() => never)());
    const settled = storage.run(2, () => task({ settled: true })((_: unknown) => storage.getStore())(source as never));
    const ordered = storage.run(3, () => task(() => storage.getStore(), source)());
    const native = deferred();
    const after = storage.run(4, () => task((_: unknown) => storage.getStore())(native.promise));
    await turn();
    storage.run(9, () => source.abort());
    storage.run(9, () => native.resolve());
    assert.equal(await Promise.all([settled, ordered, after]), [2, 3, 4]);
  });

  context("a body outside of any context sees none, whoever releases it", async () => {
    const storage = new create();
    const native = deferred();
    const handle = task((_: unknown) => [storage.getStore()])(native.promise);
    const source = task(() => native.promise)();
    const second = task((_: unknown) => [storage.getStore()])(source);
    await turn();
    storage.run(9, () => native.resolve());
    assert.equal(await Promise.all([handle, second]), [[undefined], [undefined]]);
  });

  context("a body that returns a handle, and the body of that handle, run in the context of their call", () =>
    isolates(create, (see, request) => {
      const inner = task(async () => {
        see();
        await pause(request % 2);
        see();
      });
      return task(() => {
        see();
        return inner();
      })().then(see);
    }),
  );

  context("a queue for a slot keeps each body in the context of its call", async () => {
    for (const concurrency of [1, 3]) {
      const group = task({ concurrency });
      await isolates(create, (see, request) => {
        const step = group(async (..._: unknown[]) => {
          see();
          await pause(request % 2);
          see();
        });
        return all([step(), step(step()), step(pause(request % 3))]);
      });
    }
  });

  context("bodies that a signal of their group aborts have listeners, and the rest run on, in their contexts", () => {
    const controller = new AbortController();
    return isolates(create, async (see, request) => {
      const handle = task({ signal: request === 7 ? controller.signal : undefined })(async () => {
        abortSignal();
        see();
        await pause(2);
        see();
      })();
      if (request === 8) controller.abort();
      await handle.catch(see);
      see();
    });
  });

  context("what a function is to run after may be settled by anyone", async () => {
    const storage = new create();
    const native = deferred();
    const source = task(() => native.promise)();
    let open: (() => void) | undefined;
    const foreign = { then: (resolve: (value: unknown) => void) => void (open = () => resolve(1)) };
    const after = task(() => storage.getStore(), native.promise, source, foreign as unknown as PromiseLike<unknown>);
    const handles = Array.from({ length: REQUESTS }, (_, request) => storage.run(request, () => after()));
    await turn();
    storage.run(-1, () => native.resolve());
    await turn();
    storage.run(-2, () => open!());
    assert.equal(await Promise.all(handles), handles.map((_, i) => i));
  });

  context("a foreign lazy thenable is called in the context of the call that waits for it", () =>
    isolates(create, (see, request) => {
      const lazy = () => ({
        then(resolve: (value: number) => void) {
          see();
          void pause(request % 3).then(() => resolve(request));
        },
      });
      const use = task((...inputs: unknown[]) => {
        see();
        return inputs.length;
      });
      return all([use(lazy(), lazy()), use(all([lazy()])), all({ lazy: lazy() })]);
    }),
  );

  context("a foreign thenable that a body returns is called in the context of the body", () =>
    isolates(create, (see) => {
      const lazy = {
        then(resolve: (value: unknown) => void) {
          see();
          resolve(1);
        },
      };
      return task((_: unknown) => lazy)(turn()).then(see);
    }),
  );

  context("a thenable that calls back in another context settles the task all the same", async () => {
    const storage = new create();
    const waiting: (() => void)[] = [];
    const handles = Array.from({ length: REQUESTS }, (_, request) =>
      storage.run(request, () =>
        task((_: unknown) => storage.getStore())({
          then: (resolve: (value: unknown) => void) => void waiting.push(() => resolve(1)),
        }),
      ),
    );
    await turn();
    waiting.forEach((resolve, i) => storage.run(-i, resolve));
    assert.equal(await Promise.all(handles), handles.map((_, i) => i));
  });

  context("calls made inside bodies take over the context of the body", () =>
    isolates(create, (see, request) => {
      const descend = task(async (depth: number): Promise<number> => {
        see();
        await pause((request + depth) % 2);
        return depth > 0 ? descend(depth - 1) : 0;
      });
      return descend(3);
    }),
  );

  context("several stores are kept at once", async () => {
    const [a, b] = [new create(), new create()];
    const seen = await Promise.all(
      Array.from({ length: REQUESTS }, (_, i) =>
        a.run(i, () => b.run(i * 2, () => task((_: unknown) => [a.getStore(), b.getStore()])(turn()))),
      ),
    );
    assert.equal(seen, seen.map((_, i) => [i, i * 2]));
  });

  if (typeof create.prototype.enterWith === "function") {
    context("a store that is entered with enterWith() is the one at the call, not at the start", async () => {
      const storage = new create();
      const read = task((_?: unknown) => storage.getStore());
      const entering = async (store: number): Promise<(number | undefined)[]> => {
        await undefined;
        storage.enterWith!(store);
        const before = read(turn());
        const ready = read();
        storage.enterWith!(store + 1000);
        const after = read(turn());
        const inBody = task(() => {
          const inside = storage.getStore();
          storage.enterWith!(-1);
          return inside;
        })();
        const results = await Promise.all([before, ready, after, inBody]);
        return [...results, storage.getStore()];
      };
      const seen = await Promise.all(Array.from({ length: REQUESTS }, (_, i) => entering(i)));
      assert.equal(seen, seen.map((_, i) => [i, i, i + 1000, i + 1000, i + 1000]));
    });

    context("a store that a body enters is not seen by the bodies that start after it", async () => {
      const storage = new create();
      const source = deferred();
      const enter = task((_: unknown) => storage.enterWith!(5));
      const read = task((_: unknown) => storage.getStore());
      const handles = [read(source.promise), enter(source.promise), read(source.promise), read(1), enter(1), read(1)];
      source.resolve();
      assert.equal(await Promise.all(handles), handles.map(() => undefined));
      assert.is(storage.getStore(), undefined);
    });
  }

  context.run();
}
