/**
 * Call async functions as if they were sync: each starts as soon as its own arguments are there.
 *
 * {@linkcode task} wraps a function, {@linkcode all} joins lists and records, {@linkcode abortSignal} is the signal of
 * the running call, and {@linkcode Task} is what a call gives back.
 *
 * @example Only the end is awaited
 * ```ts
 * import { task } from "aiodag";
 *
 * const fetchNumber = task(async function fetchNumber(n: number) { return n; });
 * const add = task(function add(a: number, b: number) { return a + b; });
 *
 * console.log(await add(add(fetchNumber(1), fetchNumber(2)), 3)); // 6
 * ```
 *
 * @module
 */

export { all } from "./src/all.ts";
export { Task } from "./src/handle.ts";
export { abortSignal } from "./src/signal.ts";
export { task } from "./src/task.ts";
export type {
  AsyncMethod,
  Decorator,
  Inputs,
  Joinable,
  Joined,
  MethodDecorator,
  Options,
  Outcomes,
  SettledDecorator,
  SettledMethod,
} from "./src/types.ts";
