import { invoke } from "./call.ts";
import { carryNothing } from "./context.ts";
import { type Body, Definition } from "./definition.ts";
import { show } from "./errors.ts";
import type { Joined, Task } from "./types.ts";

const define = (fn: Body): Definition => new Definition(fn, "all", {}, [], false, undefined, undefined, carryNothing);

const list = define((values) => values);

const record = define(function (this: unknown, values) {
  return Object.fromEntries((this as string[]).map((key, i) => [key, (values as unknown[])[i]]));
});

const broken = define(function (this: unknown) {
  throw this;
});

/**
 * Joins many results into one: an array for an iterable, an object for a record. Plain values, handles and other
 * thenables mix; the first failure fails the whole, with the same reason. Aborting it aborts what nobody else wants.
 *
 * It is `Promise.all` and `Promise.allKeyed` as a task. Use it for an argument that is a list or a record of handles:
 * a task looks at its arguments themselves, not at what is inside them.
 *
 * @param values An iterable, or an object whose own enumerable string keys are taken.
 * @returns A handle. It is rejected with a `TypeError` for what is neither iterable nor a record (a promise, say),
 * and with the error of an iterator or a getter that throws; `all` itself throws nothing.
 *
 * @example Join a list, and a record
 * ```ts
 * import { all, task } from "aiodag";
 *
 * const square = task(function square(n: number) { return n * n; });
 * const sum = task(function sum(ns: number[]) { return ns.reduce((a, b) => a + b, 0); });
 *
 * console.log(await sum(all([1, 2, 3].map((n) => square(n))))); // 14
 * console.log(await all({ three: square(3), four: 16 })); // { three: 9, four: 16 }
 * ```
 */
export function all<const T extends readonly unknown[]>(values: T): Task<Joined<T>>;
export function all<T>(values: Iterable<T>): Task<Awaited<T>[]>;
export function all<T extends object>(values: T extends PromiseLike<unknown> ? never : T): Task<Joined<T>>;
export function all(values: unknown): Task<unknown> {
  try {
    if (isIterable(values)) return invoke(list, undefined, [...values]);
    if (typeof values === "object" && values !== null && typeof (values as { then?: unknown }).then !== "function") {
      return invoke(record, Object.keys(values), Object.values(values));
    }
    throw new TypeError(`Cannot join ${show(values)}: expected an iterable or a record`);
  } catch (error) {
    return invoke(broken, error, []);
  }
}

function isIterable(values: unknown): values is Iterable<unknown> {
  return typeof (values as Iterable<unknown> | null | undefined)?.[Symbol.iterator] === "function";
}
