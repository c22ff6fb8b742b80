import { afterOf, invoke, invokeOne } from "./call.ts";
import { type Body, Definition, type Group, plain } from "./definition.ts";
import { show } from "./errors.ts";
import { Cancellation, Limit } from "./group.ts";
import type { Task } from "./handle.ts";
import { optionsOf } from "./options.ts";
import type { AsyncMethod, Decorator, Inputs, Options, SettledDecorator } from "./types.ts";


/**
 * Wraps a function so that it can be called without waiting for its arguments: each parameter takes a value, a handle
 * or any other thenable, the call gives back a {@linkcode Task} at once, and the function runs as soon as its own
 * arguments are there. Nothing has to be awaited but the end.
 *
 * - The function may be async or sync, and never runs in the caller's stack. `this` and `name` are kept; an inline
 *   arrow has no name, so write `task(async function fetchUser…)`.
 * - Arguments themselves are looked at, not what is inside them: {@linkcode all} joins lists and records. For the same
 *   reason a parameter that wants a promise gets its value; pass the promise inside an object.
 * - What comes `after` it waits for in order only: it runs however that ends.
 * - A task fails, with the same reason and without having run, as soon as one of its arguments does.
 * - Wrapping a task again adds to it, in a new function: `task(task(f), w)` waits for `w` too, and
 *   `task({ concurrency: 2 })(task(f))` has a limit. An option that was given already cannot be given again.
 *
 * With options it returns a decorator: see below, and {@linkcode Options}. Both forms decorate methods.
 *
 * @typeParam This What the function has to be called on.
 * @typeParam A Its parameters.
 * @typeParam R What it returns: a promise, a handle or a plain value.
 * @param fn The function. Nothing but its `name` is read, so a `Proxy` that stands for a remote one will do.
 * @param after Handles or other thenables that every call waits for. Each is subscribed to once, at the first call.
 * @returns The task: a function of the same parameters, generic where `fn` is. Once it is called, every failure
 * arrives through the handle.
 * @throws {TypeError} If `fn` is not a function, or what comes `after` is not thenable.
 *
 * @example Call async functions as if they were sync
 * ```ts
 * import { task } from "aiodag";
 *
 * const fetchUser = task(async function fetchUser(id: number) { return { id, name: "Ada" }; });
 * const fetchPosts = task(async function fetchPosts(id: number) { return [`Post of ${id}`]; });
 * const render = task(function render(user: { name: string }, posts: string[]) {
 *   return `${user.name}: ${posts.join(", ")}`;
 * });
 *
 * console.log(await render(fetchUser(1), fetchPosts(1))); // Ada: Post of 1
 * ```
 *
 * @example Wait for what gives no argument
 * ```ts
 * import { task } from "aiodag";
 *
 * const migrate = task(async function migrate() { console.log("migrated"); });
 * const query = task(async function query(sql: string) { return sql.length; }, migrate());
 *
 * console.log(await query("select 1")); // 8
 * ```
 */
export function task<This, A extends readonly unknown[], R>(
  fn: (this: This, ...args: A) => R,
  ...after: readonly PromiseLike<unknown>[]
): (this: This, ...args: Inputs<A>) => Task<Awaited<R>>;
/**
 * Decorates a method, as a standard decorator. No decorator can change a method's declared type: it has to return a
 * promise, and is typed without handles. The typed form in a class is a field:
 * `load = task(async function load(id: number) {…})`.
 *
 * @typeParam This What the method is called on.
 * @typeParam M The method's type, which stays.
 * @param method The method: on instances or static, `#private` too.
 * @param context What the language tells of it.
 * @returns The task, which takes the method's place.
 * @throws {TypeError} If it is anything but a method.
 *
 * @example Decorate a method
 * ```ts
 * import { task } from "aiodag";
 *
 * class Users {
 *   @task
 *   async load(id: number): Promise<string> { return `User ${id}`; }
 *
 *   greet = task(function greet(name: string) { return `Hello ${name}`; });
 * }
 *
 * const users = new Users();
 * console.log(await users.greet(users.load(1))); // Hello User 1
 * ```
 */
export function task<This, M extends AsyncMethod>(method: M, context: ClassMethodDecoratorContext<This>): M;
/**
 * Decorates a method, by TypeScript's `experimentalDecorators`. Its declared type stays, as with a standard decorator.
 *
 * @typeParam M The method's type, which stays.
 * @param target The prototype, or for a static method the class.
 * @param key The method's name.
 * @param descriptor Its property.
 * @returns The property with the task in the method's place.
 * @throws {TypeError} If it is anything but a method.
 */
export function task<M extends AsyncMethod>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<M>,
): TypedPropertyDescriptor<M>;
/**
 * Makes a decorator of tasks that take outcomes: they wait for all they depend on, however it ends. Their functions
 * have parameters of type `PromiseSettledResult`, while callers pass values, handles and other thenables.
 *
 * @param options What is to hold for all that the decorator wraps, with `settled: true` among it.
 * @returns The decorator.
 * @throws {TypeError} If an option is unknown or of another type.
 * @throws {RangeError} If `concurrency` is a number that no limit can be.
 *
 * @example Go on after a failure
 * ```ts
 * import { task } from "aiodag";
 *
 * const fail = task(async function fail(): Promise<number> { throw new Error("No such user"); });
 * const report = task({ settled: true })(function report(outcome: PromiseSettledResult<number>) {
 *   return outcome.status;
 * });
 *
 * console.log(await report(fail()), await report(5)); // rejected fulfilled
 * ```
 */
export function task(options: Options & { readonly settled: true }): SettledDecorator;
/**
 * Makes a decorator with options, for functions and for methods. Each decorator is one group: all that it wraps share
 * its limit and its signal.
 *
 * At most `concurrency` bodies of a group run at once. A slot is held until a body has really ended, so one that waits
 * for a task of its own group can wait for ever: have such tasks in different groups, or pass the handle on as an
 * argument, which holds no slot while it waits.
 *
 * @param options What is to hold for all that the decorator wraps.
 * @returns The decorator: `task(options)(fn, ...after)`, or `@task(options)` on a method.
 * @throws {TypeError} If an option is unknown or of another type.
 * @throws {RangeError} If `concurrency` is a number that no limit can be.
 *
 * @example At most two at once, and all until the signal
 * ```ts
 * import { all, task } from "aiodag";
 *
 * const limited = task({ concurrency: 2, signal: AbortSignal.timeout(10_000) });
 * const fetchPage = limited(async function fetchPage(n: number) { return `page ${n}`; });
 *
 * console.log(await all([1, 2, 3].map((n) => fetchPage(n)))); // [ "page 1", "page 2", "page 3" ]
 * ```
 */
export function task(options: Options & { readonly settled?: false | undefined }): Decorator;
export function task(target: unknown, ...rest: unknown[]): unknown {
  if (typeof target === "function" || !isPlainObject(target) || isKey(rest[0]) || isContext(rest[0])) {
    return decorate(plain, target, rest);
  }
  if (rest.length > 0) throw new TypeError(`Cannot use ${show(rest[0])}: expected options alone`);
  const options = optionsOf(target);
  const group: Group = { options };
  if (options.concurrency) group.limit = new Limit(options.concurrency);
  if (options.signal) group.cancellation = new Cancellation(options.signal);
  return (fn: unknown, ...others: unknown[]) => decorate(group, fn, others);
}

class Given {
  constructor(given: object) {
    return given;
  }
}

/** Marks functions, privately and quicker than a WeakMap: a task with its definition, and what it wraps with the same. */
class Marked extends Given {
  #definition: Definition;

  constructor(fn: object, definition: Definition) {
    super(fn);
    this.#definition = definition;
  }

  static definitionOf(fn: object): Definition | undefined {
    return #definition in fn ? fn.#definition : undefined;
  }
}

const isKey = (value: unknown): value is string | symbol => typeof value === "string" || typeof value === "symbol";

const isContext = (value: unknown): value is DecoratorContext =>
  !!(value as DecoratorContext | null | undefined)?.addInitializer;

function isPlainObject(value: unknown): value is object {
  const { getPrototypeOf } = Object;
  return value != null && getPrototypeOf(getPrototypeOf(value) ?? value) === null;
}

/** Tells a wrapping from the two kinds of decorators by what follows the function. */
function decorate(group: Group, target: unknown, rest: unknown[]): unknown {
  const [key, descriptor] = rest as [unknown, PropertyDescriptor | undefined];
  if (isKey(key)) return { ...descriptor, value: wrap(group, method(descriptor?.value, key), []) };
  if (isContext(key)) return wrap(group, method(key.kind === "method" && target, key.name), []);
  return wrap(group, target, rest);
}

function method(value: unknown, name: string | symbol | undefined): unknown {
  if (typeof value === "function") return value;
  throw new TypeError(`Cannot decorate ${String(name)} as a task: expected a method`);
}

function wrap(group: Group, fn: unknown, after: unknown[]): unknown {
  if (typeof fn !== "function") throw new TypeError(`Cannot wrap ${show(fn)} as a task: expected a function`);
  const known = Marked.definitionOf(fn);
  const inner = known?.fn === fn ? undefined : known;
  const isPlain = group === plain && !after.length && !inner;
  // Naming a function takes longer than all the rest: `task(fn)(…)` is not to pay for it at each call.
  if (isPlain && known) return known.task;
  const name: unknown = fn.name;
  const ownName = typeof name === "string" ? name : "";
  let definition = inner ?? new Definition(fn as Body, ownName, false);
  if (!isPlain) {
    const { fn, name, after: before } = definition;
    definition = new Definition(fn, name, false, merge(definition, group), [...before, ...after.map(afterOf)]);
  }
  // A method named so is the quickest way to a function with that name.
  const { [ownName]: wrapped } = {
    [ownName](this: unknown, ...args: unknown[]): unknown {
      return args.length === 1 ? invokeOne(definition, this, args[0]) : invoke(definition, this, args);
    },
  };
  definition.task = new Marked(wrapped!, definition);
  try {
    if (isPlain) new Marked(fn, definition);
  } catch {
    // An engine may refuse to mark what is frozen.
  }
  return definition.task;
}

/** What a task has been given by its decorators so far, and what one more adds. */
function merge(inner: Group, outer: Group): Group {
  const options: Record<string, unknown> = { ...inner.options };
  for (const [option, value] of Object.entries(outer.options)) {
    if (value === undefined) continue;
    if (options[option] !== undefined) {
      throw new TypeError(`Cannot give ${option} again: wrap a function that calls the task`);
    }
    options[option] = value;
  }
  return { ...inner, ...outer, options };
}
