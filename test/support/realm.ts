/** What holds for promises and objects of another realm, whichever way a runtime makes one. */
import type { Test } from "uvu";
import * as assert from "uvu/assert";
import { all, Task, task } from "../aiodag.ts";
import { collectRejections } from "./rejections.ts";

/** Evaluates an expression in another realm, one and the same for all. */
type Evaluate = (expression: string) => unknown;

export function addRealm(test: Test, evaluate: Evaluate): void {
  const identity = task((value: unknown) => value);

  test("what comes from the other realm is foreign there", () => {
    assert.not(evaluate("Promise.resolve(1)") instanceof Promise);
    assert.not(evaluate("[]") instanceof Array);
    assert.not(evaluate("Promise.resolve(1)") instanceof Task);
  });

  test("a promise of another realm is taken as an argument, a result and a member", async () => {
    const foreign = (): unknown => evaluate(`Promise.resolve("value")`);
    const list = await all([foreign(), { foreign: 1 }]);
    assert.equal(
      [await identity(foreign()), await task(foreign)(), await task(async () => foreign())(), list[0]],
      ["value", "value", "value", "value"],
    );
    assert.equal(await all({ key: foreign() }), { key: "value" });
    assert.is(await task(() => "after", foreign() as PromiseLike<unknown>)(), "after");
  });

  test("a promise of another realm that settles later is waited for", async () => {
    const handle = identity(evaluate(`new Promise((resolve) => Promise.resolve().then(() => resolve("later")))`));
    assert.is(handle.status, "pending");
    assert.is(await handle, "later");
  });

  test("a promise of another realm that rejects fails the task with its reason, and is handled", async () => {
    const reason = evaluate(`globalThis.reason = new Error("foreign")`);
    const { unhandled } = await collectRejections(async () => {
      for (const handle of [identity(evaluate("Promise.reject(reason)")), task(() => evaluate("Promise.reject(reason)"))()]) {
        assert.is(await handle.catch((error: unknown) => error), reason);
      }
    });
    assert.equal(unhandled, []);
  });

  test("a thenable of another realm is taken, and what it throws", async () => {
    assert.is(await identity(evaluate(`({ then: (fulfilled) => fulfilled("value") })`)), "value");
    assert.is(await identity(evaluate(`({ get then() { throw "thrown"; } })`)).catch((error: unknown) => error), "thrown");
  });

  test("arrays, iterables and records of another realm are joined into ones of this realm", async () => {
    const list = await all(evaluate("[1, Promise.resolve(2)]") as unknown[]);
    assert.equal(list, [1, 2]);
    assert.instance(list, Array);
    assert.equal(await all(evaluate("new Set([1, Promise.resolve(2)])") as Set<unknown>), [1, 2]);
    const record = await all(evaluate(`({ a: 1, b: Promise.resolve(2) })`) as object);
    assert.equal(record, { a: 1, b: 2 });
    assert.is(Object.getPrototypeOf(record), Object.prototype);
  });

  test("a function of another realm can be wrapped, and a handle be awaited there", async () => {
    const add = task(evaluate("(a, b) => a + b") as (a: number, b: number) => number);
    assert.is(await add(1, task(() => 2)()), 3);
    const asynchronous = task(evaluate("async (a) => (await a()) + 1") as (a: () => unknown) => Promise<number>);
    assert.is(await asynchronous(() => add(1, 2)), 4);
    const join = evaluate("(handles) => Promise.all(handles)") as (handles: unknown[]) => Promise<unknown[]>;
    assert.equal([...(await join([add(1, 1), add(2, 2)]))], [2, 4]);
  });

  test("options of another realm are options", async () => {
    const wrap = task(evaluate(`({ name: "named", concurrency: 1 })`) as object);
    assert.is(await wrap(() => "value")(), "value");
  });
}
