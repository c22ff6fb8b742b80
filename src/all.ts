import { invoke } from "./call.ts";
import { type Body, Definition } from "./definition.ts";
import { show } from "./errors.ts";
import { settle } from "./graph.ts";
import { handleOf, type Task } from "./handle.ts";
import { Node, REJECTED } from "./node.ts";
import { thenOf } from "./thenable.ts";
import type { Joinable, Joined } from "./types.ts";

const list = joining((values) => values);

const record = joining(function (this: unknown, values) {
  return Object.fromEntries((this as string[]).map((key, i) => [key, (values as unknown[])[i]]));
});

function joining(fn: Body): Definition {
  return new Definition(fn, "all", true);
}

/**
 * Joins many results into one: an array for an iterable, an object for a record. Plain values, handles and other
 * thenables mix; the first failure fails the whole, with the same reason. Aborting it aborts what nobody else wants.
 *
 * It is `Promise.all` and `Promise.allKeyed` as a task. Use it for an argument that is a list or a record of handles:
 * a task looks at its arguments themselves, not at what is inside them.
 *
 * @typeParam T The array or tuple.
 * @param values An array or any other iterable, or an object, whose own enumerable string keys are taken.
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
export function all<T extends readonly unknown[] | []>(values: T): Task<Joined<T>>;
/**
 * Joins what an iterable gives into an array, in its order.
 *
 * @typeParam T What it gives: values, handles, other thenables.
 * @param values The iterable.
 * @returns A handle, as for an array.
 */
export function all<T>(values: Iterable<T>): Task<Awaited<T>[]>;
/**
 * Joins a record into an ordinary object with the same own enumerable string keys.
 *
 * @typeParam T The record.
 * @param values The record.
 * @returns A handle, as for an array.
 */
export function all<T extends object>(values: Joinable<T>): Task<Joined<T>>;
export function all(values: unknown): Task<unknown> {
  try {
    if (Symbol.iterator in Object(values)) return invoke(list, undefined, [...(values as Iterable<unknown>)]);
    if (typeof values === "object" && values && !thenOf(values)) {
      const keys = Object.keys(values);
      return invoke(
        record,
        keys,
        keys.map((key) => (values as Record<string, unknown>)[key]),
      );
    }
    throw new TypeError(`Cannot join ${show(values)}: expected an iterable or a record`);
  } catch (error) {
    const task = new Node(list, [], 0);
    settle(task, REJECTED, error, 0);
    return handleOf(task);
  }
}
