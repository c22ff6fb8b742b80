import { afterOf, invoke } from "./call.ts";
import { chooseCarry } from "./context.ts";
import { type Body, Definition } from "./definition.ts";
import { show } from "./errors.ts";
import { abort } from "./graph.ts";
import { Cancellation, Limit } from "./group.ts";
import { optionsOf } from "./options.ts";
import type { AsyncMethod, Inputs, Options, SettledInputs, Task } from "./types.ts";
import { Wrapped } from "./wrapped.ts";

/** What one decorator gives to every function that it wraps. */
interface Group {
  options: Options;
  limit: Limit | undefined;
  cancellation: Cancellation | undefined;
}

const plain: Group = { options: {}, limit: undefined, cancellation: undefined };

export function task<This, A extends readonly unknown[], R>(
  fn: (this: This, ...args: A) => R,
  ...after: readonly PromiseLike<unknown>[]
): (this: This, ...args: Inputs<A>) => Task<Awaited<R>>;
export function task<M extends AsyncMethod>(method: M, context: ClassMethodDecoratorContext): M;
export function task<M extends AsyncMethod>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<M>,
): TypedPropertyDescriptor<M>;
export function task(options: Options & { readonly settled: true }): SettledDecorator;
export function task(options: Options): Decorator;
export function task(target: unknown, ...rest: unknown[]): unknown {
  if (typeof target === "function" || isDecorating(rest)) return decorate(plain, target, rest);
  if (!isPlainObject(target)) throw new TypeError(`Cannot wrap ${show(target)} as a task: expected a function`);
  if (rest.length > 0) {
    throw new TypeError("Cannot take more than options: expected what follows in the call of task(options) itself");
  }
  const options = optionsOf(target);
  const { concurrency = Infinity, signal } = options;
  const group: Group = {
    options,
    limit: concurrency === Infinity ? undefined : new Limit(concurrency),
    cancellation: signal && new Cancellation(signal, abort),
  };
  return (fn: unknown, ...others: unknown[]) => decorate(group, fn, others);
}

interface MethodDecorator {
  <M extends AsyncMethod>(method: M, context: ClassMethodDecoratorContext): M;
  <M extends AsyncMethod>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<M>,
  ): TypedPropertyDescriptor<M>;
}

/** A decorator that `task(options)` returns. Each is one group, with a limit and a signal of its own. */
export interface Decorator extends MethodDecorator {
  <This, A extends readonly unknown[], R>(
    fn: (this: This, ...args: A) => R,
    ...after: readonly PromiseLike<unknown>[]
  ): (this: This, ...args: Inputs<A>) => Task<Awaited<R>>;
}

/** A decorator that `task({ settled: true })` returns, for functions whose parameters are `PromiseSettledResult`s. */
export interface SettledDecorator extends MethodDecorator {
  <This, A extends readonly PromiseSettledResult<unknown>[], R>(
    fn: (this: This, ...args: A) => R,
    ...after: readonly PromiseLike<unknown>[]
  ): (this: This, ...args: SettledInputs<A>) => Task<Awaited<R>>;
}

function isDecorating([key]: unknown[]): boolean {
  return typeof key === "string" || typeof key === "symbol" || isContext(key);
}

function isContext(value: unknown): value is DecoratorContext {
  return isPlainObject(value) && typeof value["kind"] === "string" && typeof value["addInitializer"] === "function";
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Tells a wrapping from the two kinds of decorators by what follows the function. */
function decorate(group: Group, target: unknown, rest: unknown[]): unknown {
  const [key, descriptor] = rest;
  if (typeof key === "string" || typeof key === "symbol") {
    const method = (descriptor as PropertyDescriptor | undefined)?.value as unknown;
    if (typeof method !== "function") throw notMethod(key);
    return { ...(descriptor as PropertyDescriptor), value: wrap(group, method, []) };
  }
  if (!isContext(key)) return wrap(group, target, rest);
  if (key.kind !== "method") throw notMethod(key.name);
  return wrap(group, target, []);
}

function notMethod(name: string | symbol | undefined): TypeError {
  return new TypeError(`Cannot decorate ${String(name)} as a task: expected a method`);
}

function wrap(group: Group, fn: unknown, after: unknown[]): unknown {
  if (typeof fn !== "function") throw new TypeError(`Cannot wrap ${show(fn)} as a task: expected a function`);
  const inner = Wrapped.definition(fn);
  for (const option of Object.keys(group.options)) {
    if (inner !== undefined && option in inner.options) {
      throw new TypeError(`Cannot give ${option} again: wrap a function that calls the task instead`);
    }
  }
  const { name } = fn as { name: unknown };
  const definition = new Definition(
    inner?.fn ?? (fn as Body),
    group.options.name ?? inner?.name ?? (typeof name === "string" ? name : ""),
    { ...inner?.options, ...group.options },
    [...(inner?.after ?? []), ...after.map(checkedAfter)],
    true,
    group.limit ?? inner?.limit,
    group.cancellation ?? inner?.cancellation,
    chooseCarry(),
  );
  const wrapped = function (this: unknown, ...args: unknown[]): Task<unknown> {
    return invoke(definition, this, args);
  };
  if (typeof name === "string") Object.defineProperty(wrapped, "name", { value: name });
  new Wrapped(wrapped, definition);
  return wrapped;
}

function checkedAfter(value: unknown): ReturnType<typeof afterOf> & object {
  const after = afterOf(value);
  if (after === undefined) {
    throw new TypeError(`Cannot run a task after ${show(value)}: expected a handle or another thenable`);
  }
  return after;
}
