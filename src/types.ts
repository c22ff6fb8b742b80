/**
 * What a call of a task gives back at once: a promise that can also be passed on as an argument,
 * read in place, and aborted.
 *
 * @typeParam T What the task is fulfilled with.
 */
export interface Task<T> extends Promise<T> {
  /** Where the task stands: `pending` until its outcome is known, whether or not its body has started. */
  readonly status: "pending" | "fulfilled" | "rejected";
  /** What the task was fulfilled with; `undefined` while it is pending, and after it has failed. */
  readonly value: T | undefined;
  /** Why the task failed; `undefined` unless it has. Reading it does not count as handling the failure. */
  readonly reason: unknown;
  /**
   * Rejects the task with `reason` before it returns, unless it is settled. A body that has not started never
   * runs; one that is running sees its {@linkcode abortSignal} abort, and what it does later is dropped. Data
   * dependents fail with the same reason, and upstream work that nobody else wants is aborted too.
   *
   * @param reason What the handle is rejected with: a `DOMException` named `AbortError` unless given.
   *
   * @example Stop what is no longer wanted
   * ```ts
   * import { task } from "aiodag";
   *
   * const slow = task(async function slow(): Promise<string> { return new Promise(() => {}); });
   * const page = slow();
   * page.abort(new Error("The reader has left"));
   * console.log(page.status); // rejected
   * ```
   */
  abort(reason?: unknown): void;
}

/** Recognises handles: `handle instanceof Task`. It cannot be constructed; call a function that `task` wrapped. */
export interface TaskConstructor {
  readonly prototype: Task<unknown>;
  [Symbol.hasInstance](value: unknown): value is Task<unknown>;
}

/** What a decorator made by `task(options)` does for every function that it wraps. */
export interface Options {
  /** What traces call the task, in place of the function's own name. */
  readonly name?: string | undefined;
  /**
   * Whether the body waits for all its dependencies however they end, and takes each of its arguments as a
   * `PromiseSettledResult`. It then never fails for a dependency.
   */
  readonly settled?: boolean | undefined;
  /** Aborts every pending call of the group; calls made after that are aborted at once. */
  readonly signal?: AbortSignal | undefined;
  /** How many bodies of the group may run at once: an integer from 1, or `Infinity`. */
  readonly concurrency?: number | undefined;
}

/** The parameters `A` of a function as its task takes them: each as a value, a handle or any other thenable. */
export type Inputs<A extends readonly unknown[]> = { [K in keyof A]: A[K] | PromiseLike<A[K]> };

/** The inputs of a `settled` task, whose function takes the parameters `A`. */
export type SettledInputs<A extends readonly unknown[]> = {
  [K in keyof A]: A[K] extends PromiseSettledResult<infer T> ? T | PromiseLike<T> : never;
};

/** A method as TypeScript lets decorators see it: they cannot change its type, so it has to return a promise. */
export type AsyncMethod = (...args: never) => PromiseLike<unknown>;

/** What `all` makes of an array or a record `T`: the same shape, with what its members settle to. */
export type Joined<T> = T extends readonly unknown[]
  ? { -readonly [K in keyof T]: Awaited<T[K]> }
  : { -readonly [K in keyof T as K extends symbol ? never : K]: Awaited<T[K]> };
