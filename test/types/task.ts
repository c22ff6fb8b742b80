// What `task(fn, ...after)` makes of a function's type.
import { expectTypeOf } from "expect-type";
import { type Task, task } from "aiodag";

interface User {
  readonly id: number;
  name: string;
}

declare const number: Task<number>;
declare const text: PromiseLike<string>;
declare const user: Promise<User>;

// Parameters and results
{
  const load = task(async function load(id: number, prefix: string): Promise<User> {
    return { id, name: prefix };
  });
  expectTypeOf(load).toEqualTypeOf<
    (this: unknown, id: number | PromiseLike<number>, prefix: string | PromiseLike<string>) => Task<User>
  >();
  load(1, "a");
  load(number, text);
  load(Promise.resolve(1), Promise.resolve("a"));
  expectTypeOf(load(1, "a")).toEqualTypeOf<Task<User>>();
  expectTypeOf(load.name).toEqualTypeOf<string>();
  // @ts-expect-error a value of another type
  load("1", "a");
  // @ts-expect-error a handle of another type
  load(load(1, "a"), "a");
  // @ts-expect-error a promise of another type
  load(1, Promise.resolve(1));
  // @ts-expect-error too few arguments
  load(1);
  // @ts-expect-error too many arguments
  load(1, "a", 2);
  // @ts-expect-error an array of promises is no array: `all` joins it
  task((ids: number[]) => ids)([number]);
  // @ts-expect-error a promise of a handle is no handle of a promise
  load({ then: number });
}

// Sync, async, handles and thenables as results
{
  expectTypeOf(task(() => 1)()).toEqualTypeOf<Task<number>>();
  expectTypeOf(task(async () => "a")()).toEqualTypeOf<Task<string>>();
  expectTypeOf(task(() => number)()).toEqualTypeOf<Task<number>>();
  expectTypeOf(task(() => text)()).toEqualTypeOf<Task<string>>();
  expectTypeOf(task((): number | Promise<string> => 1)()).toEqualTypeOf<Task<number | string>>();
  expectTypeOf(task(async () => number)()).toEqualTypeOf<Task<number>>();
  expectTypeOf(task(() => {})()).toEqualTypeOf<Task<void>>();
  expectTypeOf(task(async () => {})()).toEqualTypeOf<Task<void>>();
  expectTypeOf(task((): never => { throw new Error("never"); })()).toEqualTypeOf<Task<never>>();
  expectTypeOf(task((): unknown => 1)()).toEqualTypeOf<Task<unknown>>();
  expectTypeOf(task((): null | undefined => null)()).toEqualTypeOf<Task<null | undefined>>();
}

// Unions, booleans, literals
{
  const pick = task(async (flag: boolean, either: number | string, mode: "on" | "off") => [flag, either, mode] as const);
  expectTypeOf(pick).toEqualTypeOf<
    (
      this: unknown,
      flag: boolean | PromiseLike<boolean>,
      either: number | string | PromiseLike<number | string>,
      mode: "on" | "off" | PromiseLike<"on" | "off">,
    ) => Task<readonly [boolean, number | string, "on" | "off"]>
  >();
  pick(true, 1, "on");
  pick(task(() => true)(), number, "off");
  pick(Promise.resolve(false), task((): number | string => 1)(), task((): "on" => "on")());
  // @ts-expect-error not one of the literals
  pick(true, 1, "maybe");
  expectTypeOf(task(() => "on" as const)()).toEqualTypeOf<Task<"on">>();
  expectTypeOf(task(async () => "on" as const)()).toEqualTypeOf<Task<"on">>();
}

// Optional, default and rest parameters; no parameters
{
  const optional = task((a: number, b?: string) => [a, b]);
  optional(1);
  optional(number, text);
  optional(1, undefined);
  optional(1, task((): string | undefined => undefined)());
  // @ts-expect-error the first is not optional
  optional();

  const byDefault = task((a: number, b: string = "b") => `${a}${b}`);
  byDefault(number);
  byDefault(1, text);
  // @ts-expect-error of the type of its default
  byDefault(1, 2);

  const rest = task((first: string, ...others: number[]) => others.length + first.length);
  expectTypeOf(rest).toEqualTypeOf<
    (this: unknown, first: string | PromiseLike<string>, ...others: (number | PromiseLike<number>)[]) => Task<number>
  >();
  rest("a");
  rest(text, 1, number, Promise.resolve(2));
  // @ts-expect-error of another type
  rest("a", 1, "b");

  const tuple = task((...pair: [a: number, b?: string]) => pair);
  tuple(number, "a");
  tuple(1);
  // @ts-expect-error three
  tuple(1, "a", 2);

  expectTypeOf(task(() => 1)).toEqualTypeOf<(this: unknown) => Task<number>>();
}

// `unknown`, `never` and promise-typed parameters
{
  expectTypeOf(task((value: unknown) => value)).toEqualTypeOf<(this: unknown, value: unknown) => Task<unknown>>();
  const impossible = task((value: never) => value);
  expectTypeOf(impossible).toEqualTypeOf<(this: unknown, value: PromiseLike<never>) => Task<never>>();
  // @ts-expect-error there is no such value
  impossible(1);

  // One that takes both gets the value, and says so.
  const either = task(async (value: number | Promise<number>) => value);
  expectTypeOf(either(number)).toEqualTypeOf<Task<number>>();
  either(1);
  either(Promise.resolve(1));

  // What is inside an object stays what it is.
  const boxed = task(async ({ promise }: { promise: Promise<number> }) => promise);
  expectTypeOf(boxed({ promise: number })).toEqualTypeOf<Task<number>>();
}

// Generics
{
  const identity = task(async function identity<T>(value: T): Promise<T> {
    return value;
  });
  expectTypeOf(identity).toExtend<<T>(value: T | PromiseLike<T>) => Task<Awaited<T>>>();
  expectTypeOf(identity(number)).toEqualTypeOf<Task<number>>();
  expectTypeOf(identity(user)).toEqualTypeOf<Task<User>>();
  expectTypeOf(identity({ a: 1 })).toEqualTypeOf<Task<{ a: number }>>();

  const field = task(function field<T extends { id: number }, K extends keyof T>(of: T, key: K): T[K] {
    return of[key];
  });
  expectTypeOf(field(user, "name")).toEqualTypeOf<Task<string>>();
  expectTypeOf(field({ id: 1, on: true }, "on")).toEqualTypeOf<Task<boolean>>();
  // @ts-expect-error no such key
  field(user, "age");
  // @ts-expect-error the constraint
  field({ name: "a" }, "name");
  // @ts-expect-error the constraint, of what a promise gives
  field(text, "length");

  const map = task(async function map<T, R>(items: readonly T[], fn: (item: T) => R): Promise<R[]> {
    return items.map(fn);
  });
  expectTypeOf(map([1, 2], (n) => `${n}`)).toEqualTypeOf<Task<string[]>>();
  expectTypeOf(map(Promise.resolve([user]), (one: Promise<User>) => one)).toEqualTypeOf<Task<Promise<User>[]>>();

  const literal = task(<const T extends readonly string[]>(names: T) => names);
  expectTypeOf(literal(["a", "b"])).toEqualTypeOf<Task<readonly ["a", "b"]>>();

  const spread = task(<T extends unknown[]>(...values: T) => values);
  expectTypeOf(spread(1, "a")).toEqualTypeOf<Task<[number, string]>>();

  // Called from a generic function, and wrapped in one
  const inside = <T>(value: T): Task<Awaited<T>> => identity(value);
  expectTypeOf(inside(1)).toEqualTypeOf<Task<number>>();
  const wrap = <A extends unknown[], R>(fn: (...args: A) => R) => task(fn);
  expectTypeOf(wrap((id: number) => `${id}`)(number)).toEqualTypeOf<Task<string>>();

  // With options, with `after`, and wrapped again
  expectTypeOf(task(identity)(number)).toEqualTypeOf<Task<number>>();
  expectTypeOf(task(identity, number, text)(user)).toEqualTypeOf<Task<User>>();
  expectTypeOf(task({ concurrency: 2 })(identity)(user)).toEqualTypeOf<Task<User>>();
  expectTypeOf(task({ concurrency: 2 })(async <T>(value: T) => value, text)).toExtend<
    <T>(value: T | PromiseLike<T>) => Task<Awaited<T>>
  >();
}

// A task wrapped again takes and gives what it did
{
  const once = task(async (id: number) => `${id}`);
  const twice = task(once, number);
  twice(1);
  twice(number);
  expectTypeOf(twice(Promise.resolve(1))).toEqualTypeOf<Task<string>>();
  // @ts-expect-error of another type
  twice("1");
}

// Of overloads the last counts, as everywhere in TypeScript
{
  function parse(value: number): number;
  function parse(value: string): string;
  function parse(value: number | string): number | string {
    return value;
  }
  const parsed = task(parse);
  expectTypeOf(parsed(text)).toEqualTypeOf<Task<string>>();
  // @ts-expect-error the first of the overloads
  parsed(number);
}

// `this`
{
  class Service {
    base = "https://example.com";
    load = task(async function load(this: Service, id: number) {
      return `${this.base}/${id}`;
    });
    bound = task(async (id: number) => `${this.base}/${id}`);
  }
  const service = new Service();
  expectTypeOf(service.load).toEqualTypeOf<(this: Service, id: number | PromiseLike<number>) => Task<string>>();
  expectTypeOf(service.load(number)).toEqualTypeOf<Task<string>>();
  service.bound(number);
  const { load } = service;
  // @ts-expect-error not called on a service
  load(1);
  load.call(service, 1);
  // @ts-expect-error called on something else
  load.call({}, 1);
}

// `after`
{
  const fn = (id: number): number => id;
  task(fn, number);
  task(fn, text, user, Promise.resolve());
  task(fn, ...[number, user]);
  task(fn, { then: text.then.bind(text) });
  // @ts-expect-error a value
  task(fn, 5);
  // @ts-expect-error a function that has not been called
  task(fn, fn);
  // @ts-expect-error a list of handles
  task(fn, [number]);
  // @ts-expect-error not there
  task(fn, undefined);
}

// What is no function
{
  // @ts-expect-error nothing
  task();
  // @ts-expect-error a value
  task(5);
  // @ts-expect-error a string
  task("load");
  // @ts-expect-error null
  task(null);
  // @ts-expect-error undefined
  task(undefined);
  // @ts-expect-error a handle
  task(number);
  // @ts-expect-error a class
  task(class {});
  // @ts-expect-error an array
  task([]);
}

// Parameters that nothing is said of
{
  expectTypeOf(task(async (value) => value)).returns.toEqualTypeOf<Task<unknown>>();
}
