import { suite } from "uvu";
import * as assert from "uvu/assert";
import { all, type Task, task } from "./aiodag.ts";
import { deferred } from "./support/deferred.ts";
import { collectRejections } from "./support/rejections.ts";
import { turn } from "./support/turn.ts";

const test = suite("returned handles");

const never = (): Promise<never> => new Promise(() => {});

for (const [kind, outerOf] of Object.entries({
  "a sync": (inner: Task<unknown>) => task(() => inner)(),
  "an async": (inner: Task<unknown>) => task(async () => inner)(),
})) {
  test(`a handle that ${kind} body returns gives the task its value`, async () => {
    const gate = deferred<string>();
    const inner = task((value: string) => value)(gate.promise);
    const outer = outerOf(inner);
    await turn();
    assert.is(outer.status, "pending");
    assert.is(outer.value, undefined);
    gate.resolve("value");
    assert.is(await outer, "value");
    assert.is(outer.value, "value");
  });

  test(`a handle that ${kind} body returns fails the task with the same reason, which is reported once`, async () => {
    const reason = new Error("inner");
    let outer!: Task<unknown>;
    const { unhandled } = await collectRejections(() => {
      outer = outerOf(
        task(async () => {
          await turn();
          throw reason;
        })(),
      );
    });
    assert.is(outer.status, "rejected");
    assert.is(outer.reason, reason);
    assert.equal(unhandled, [reason]);
    assert.is(unhandled[0], reason);
  });

  test(`a handle that ${kind} body returns may have settled long before`, async () => {
    const reason = new Error("inner");
    const kept = task(() => "kept")();
    const lost = task(() => {
      throw reason;
    })();
    await Promise.allSettled([kept, lost]);
    assert.is(await outerOf(kept), "kept");
    const failed = outerOf(lost);
    assert.is(await failed.catch((error: unknown) => error), reason);
    assert.is(failed.reason, reason);
  });

  test(`the abort of a handle that ${kind} body returned fails the task with its reason`, async () => {
    const inner = task(async () => never())();
    const outer = outerOf(inner);
    const outcome = outer.catch((error: unknown) => error);
    await turn();
    inner.abort("stop");
    assert.is(await outcome, "stop");
    assert.is(outer.reason, "stop");
  });
}

test("a handle that a body returns can be made by that body", async () => {
  const double = task(async (n: number) => n * 2);
  const sync = task((n: number) => double(n));
  const async = task(async (n: number) => double(n));
  assert.equal(await all([sync(1), async(2), sync(async(sync(3)))]), [2, 4, 24]);
});

test("dependents of a task that returned a handle get that handle's value", async () => {
  const inner = task(async (n: number) => n + 1);
  const outer = task((n: number) => inner(inner(n)));
  const add = task((a: number, b: number) => a + b);
  assert.is(await add(outer(1), outer(outer(1))), 3 + 5);
});

test("a body may return what all() gives", async () => {
  const outer = task((n: number) => all([n, task(() => n + 1)(), Promise.resolve(n + 2)]));
  assert.equal(await outer(1), [1, 2, 3]);
});

test("one handle may be returned by many bodies", async () => {
  const gate = deferred<string>();
  const inner = task((value: string) => value)(gate.promise);
  const outers = [1, 2, 3].map(() => task(() => inner)());
  await turn();
  assert.equal(outers.map((outer) => outer.status), ["pending", "pending", "pending"]);
  gate.resolve("same");
  await turn();
  assert.equal(outers.map((outer) => outer.value), ["same", "same", "same"]);
});

test("a task that waits for the handle its sync body returned is aborted as a waiting one", async () => {
  const log: string[] = [];
  const gate = deferred();
  const inner = task((_: unknown) => void log.push("inner ran"))(gate.promise);
  const outer = task(() => inner)();
  await turn();
  outer.abort("stop");
  assert.equal([outer.status, outer.reason], ["rejected", "stop"]);
  assert.equal([inner.status, inner.reason], ["rejected", "stop"]);
  gate.resolve();
  await turn();
  assert.equal(log, []);
});

test("a handle that a sync body returned is left alone by the task's abort if someone else wants it", async () => {
  const gate = deferred<string>();
  const wait = task((value: string) => value);
  const chained = wait(gate.promise);
  const shared = wait(gate.promise);
  const other = task((value: string) => value)(shared);
  const outcome = chained.then((value) => value);
  const outers = [task(() => chained)(), task(() => shared)()];
  await turn();
  for (const outer of outers) outer.abort("stop");
  gate.resolve("kept");
  await turn();
  assert.equal(outers.map((outer) => outer.reason), ["stop", "stop"]);
  assert.is(await outcome, "kept");
  assert.is(other.value, "kept");
});

test("a handle that an async body returned counts as chained: the task's abort does not reach it", async () => {
  const gate = deferred<string>();
  const inner = task((value: string) => value)(gate.promise);
  const outer = task(async () => inner)();
  await turn();
  outer.abort("stop");
  assert.is(outer.reason, "stop");
  gate.resolve("kept");
  await turn();
  assert.is(inner.value, "kept");
});

test("a handle that a body returns after its task was aborted changes nothing, and its failure is dropped", async () => {
  const reason = new Error("late");
  let outer!: Task<never>;
  const { unhandled } = await collectRejections(async () => {
    outer = task(() => {
      outer.abort("stop");
      return task(async (): Promise<never> => {
        throw reason;
      })();
    })();
    await turn();
  });
  assert.is(outer.reason, "stop");
  assert.equal(unhandled, []);
});

test("a running handle that a body returns after its task was aborted is taken over all the same", async () => {
  const gate = deferred();
  const { unhandled } = await collectRejections(async () => {
    const inner = task(async () => gate.promise)();
    await turn();
    const outer: Task<unknown> = task((): unknown => {
      outer.abort("stop");
      return inner;
    })();
    await turn();
    gate.reject(new Error("late"));
    await turn();
    assert.equal([outer.reason, inner.status], ["stop", "rejected"]);
  });
  assert.equal(unhandled, []);
});

test("a sync body that returns its own handle rejects with a TypeError", async () => {
  const own: Task<unknown> = task((): unknown => own)();
  const error = await own.catch((reason: unknown) => reason);
  assert.instance(error, TypeError);
  assert.match((error as TypeError).message, /own handle/);
  assert.is(own.reason, error);
});

test("a foreign thenable that gives a body's own handle rejects it with a TypeError", async () => {
  const own: Task<unknown> = task((): unknown => ({
    then: (fulfilled: (value: unknown) => void) => fulfilled(own),
  }))();
  assert.instance(await own.catch((reason: unknown) => reason), TypeError);
});

test("an async body that returns its own handle never settles", async () => {
  const own: Task<unknown> = task(async (): Promise<unknown> => {
    await null;
    return own;
  })();
  for (let turns = 0; turns < 5; turns++) await turn();
  assert.is(own.status, "pending");
});

test("two bodies that return each other's handle never settle, and keep nothing else from running", async () => {
  const left: Task<unknown> = task((): unknown => right)();
  const right: Task<unknown> = task((): unknown => left)();
  await turn();
  assert.equal([left.status, right.status], ["pending", "pending"]);
  assert.is(await task(() => "others run")(), "others run");
  left.abort("stop");
  assert.equal([left.reason, right.reason], ["stop", "stop"]);
});

test("three bodies that return each other's handles in a circle can be aborted", async () => {
  const handles: Task<unknown>[] = [0, 1, 2].map((i) => task((): unknown => handles[(i + 1) % 3])());
  await turn();
  handles[1]!.abort("stop");
  assert.equal(handles.map((handle) => handle.reason), ["stop", "stop", "stop"]);
});

test("a settled task takes a returned handle's outcome like that of any other body", async () => {
  const inner = task(async () => "inner");
  const outer = task({ settled: true })((input: PromiseSettledResult<number>) => (input.status === "fulfilled" ? inner() : 0));
  assert.is(await outer(1), "inner");
});

test.run();
