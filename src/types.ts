import type { Task } from "./handle.ts";

/** What `task(options)` takes. An option that is `undefined` counts as absent. */
export interface Options {
  /** What traces call the task, in place of the function's own name. */
  readonly name?: string | undefined;
  /**
   * Whether the body waits for all its dependencies however they end, and takes each of its arguments as a
   * `PromiseSettledResult`, plain values too. It then never fails for a dependency. Written out as `true` or `false`,
   * since the types of the parameters hang on it.
   */
  readonly settled?: boolean | undefined;
  /** Aborts every pending call of the group. Calls made after that are aborted at once. */
  readonly signal?: AbortSignal | undefined;
  /**
   * How many bodies of the group may run at once: an integer from 1, or `Infinity`, which it is unless given. A body
   * that waits for tasks of its own group can use the slots up, and then waits for ever.
   */
  readonly concurrency?: number | undefined;
}

/**
 * The parameters of a task: each as a value, a handle or any other thenable.
 *
 * @typeParam A The parameters of its function.
 */
export type Inputs<A extends readonly unknown[]> = { [K in keyof A]: A[K] | PromiseLike<A[K]> };

/**
 * The parameters of the function of a `settled` task: each the outcome of what the task was called with.
 *
 * @typeParam A The values that the task is called with.
 */
export type Outcomes<A extends readonly unknown[]> = { [K in keyof A]: PromiseSettledResult<A[K]> };

/** A method that can be decorated. Its declared type stays, and says then what is true: it returns a promise. */
export type AsyncMethod = (...args: never) => PromiseLike<unknown>;

/** A method that a `settled` decorator can decorate: each of its parameters takes a `PromiseSettledResult`. */
export type SettledMethod = (...args: PromiseSettledResult<never>[]) => PromiseLike<unknown>;

/**
 * Decorates methods, static ones too: `#private` ones only as a standard decorator.
 *
 * @typeParam Method What the methods have to be.
 */
export interface MethodDecorator<Method extends AsyncMethod> {
  /** A standard decorator. */
  <This, M extends Method>(method: M, context: ClassMethodDecoratorContext<This>): M;
  /** A decorator by TypeScript's `experimentalDecorators`. */
  <M extends Method>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<M>,
  ): TypedPropertyDescriptor<M>;
}

/** What `task(options)` returns. Each is one group: all functions that it wraps share its limit and its signal. */
export interface Decorator extends MethodDecorator<AsyncMethod> {
  /** Wraps a function, as {@linkcode task} does. */
  <This, A extends readonly unknown[], R>(
    fn: (this: This, ...args: A) => R,
    ...after: readonly PromiseLike<unknown>[]
  ): (this: This, ...args: Inputs<A>) => Task<Awaited<R>>;
}

/** What `task({ settled: true })` returns: a {@linkcode Decorator} of functions that take `PromiseSettledResult`s. */
export interface SettledDecorator extends MethodDecorator<SettledMethod> {
  /** Wraps a function whose parameters are outcomes; the task is called with values, handles and thenables. */
  <This, A extends readonly unknown[], R>(
    fn: (this: This, ...args: Outcomes<A>) => R,
    ...after: readonly PromiseLike<unknown>[]
  ): (this: This, ...args: Inputs<A>) => Task<Awaited<R>>;
}

/**
 * What `all` makes of an array or a record: the same shape, with what its members settle to.
 *
 * @typeParam T The array or the record.
 */
export type Joined<T> = T extends readonly unknown[]
  ? { -readonly [K in keyof T]: Awaited<T[K]> }
  : { -readonly [K in keyof T as K extends symbol ? never : K]: Awaited<T[K]> };

/**
 * `T`, if `all` takes it as a record; `never` if it has another meaning, or none: a promise, an async iterable,
 * a function or a class.
 *
 * @typeParam T The object.
 */
export type Joinable<T extends object> = T extends
  | PromiseLike<unknown>
  | AsyncIterable<unknown>
  | ((...args: never) => unknown)
  | (abstract new (...args: never) => unknown)
  ? never
  : T;
