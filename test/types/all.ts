// What `all` makes of arrays, iterables and records.
import { expectTypeOf } from "expect-type";
import { all, type Joined, type Task, task } from "aiodag";

declare const number: Task<number>;
declare const text: PromiseLike<string>;
declare const flag: Promise<boolean>;
declare const mixed: [Task<number>, PromiseLike<string>, boolean, Promise<Promise<null>>];
declare const page: Page;

interface Page {
  readonly title: PromiseLike<string>;
  size: Task<number>;
}

// Arrays and tuples, as `Promise.all` types them
{
  expectTypeOf(all([number, text, flag, 1, "a"])).toEqualTypeOf<Task<[number, string, boolean, number, string]>>();
  expectTypeOf(all([])).toEqualTypeOf<Task<[]>>();
  expectTypeOf(all([1, 2, 3].map(() => number))).toEqualTypeOf<Task<number[]>>();
  expectTypeOf(all([number, text] as const)).toEqualTypeOf<Task<[number, string]>>();
  expectTypeOf(all(["a", number] as const)).toEqualTypeOf<Task<["a", number]>>();
  expectTypeOf(all([[1, 2], { a: text }])).toEqualTypeOf<Task<[number[], { a: PromiseLike<string> }]>>();
  expectTypeOf(all([number] as readonly Task<number>[])).toEqualTypeOf<Task<number[]>>();
  expectTypeOf(all([number, text] as [Task<number>, ...PromiseLike<string>[]])).toEqualTypeOf<Task<[number, ...string[]]>>();
  expectTypeOf(all([number] as [Task<number>, PromiseLike<string>?])).toEqualTypeOf<Task<[number, string?]>>();
  expectTypeOf(all([number as Task<number> | number])).toEqualTypeOf<Task<[number]>>();
  expectTypeOf(all([] as (Task<number> | Promise<string> | boolean)[])).toEqualTypeOf<Task<(number | string | boolean)[]>>();
  expectTypeOf(all(mixed).then()).toEqualTypeOf(Promise.all(mixed));
}

// Other iterables
{
  expectTypeOf(all(new Set([number]))).toEqualTypeOf<Task<number[]>>();
  expectTypeOf(all(new Set([number, text]))).toEqualTypeOf<Task<(number | string)[]>>();
  expectTypeOf(all(new Map([["a", number]]))).toEqualTypeOf<Task<[string, Task<number>][]>>();
  expectTypeOf(all(new Map([["a", number]]).values())).toEqualTypeOf<Task<number[]>>();
  expectTypeOf(all("ab")).toEqualTypeOf<Task<string[]>>();
  function* pages(): Generator<Task<number>> {
    yield number;
  }
  expectTypeOf(all(pages())).toEqualTypeOf<Task<number[]>>();
}

// Records
{
  expectTypeOf(all({ a: number, b: text, c: 1, d: "d" })).toEqualTypeOf<Task<{ a: number; b: string; c: number; d: string }>>();
  expectTypeOf(all({})).toEqualTypeOf<Task<{}>>();
  expectTypeOf(all({ a: number, b: "b" } as const)).toEqualTypeOf<Task<{ a: number; b: "b" }>>();
  expectTypeOf(all({} as Record<string, Task<number>>)).toEqualTypeOf<Task<Record<string, number>>>();
  expectTypeOf(all({} as { a: Task<number>; b?: Promise<string> })).toEqualTypeOf<Task<{ a: number; b?: string }>>();
  expectTypeOf(all({ nested: { a: number } })).toEqualTypeOf<Task<{ nested: { a: Task<number> } }>>();
  expectTypeOf(all({ then: number })).toEqualTypeOf<Task<{ then: number }>>();
  expectTypeOf(all({ load: () => number })).toEqualTypeOf<Task<{ load: () => Task<number> }>>();
  expectTypeOf(all({ [Symbol.toStringTag]: "x", a: 1 })).toEqualTypeOf<Task<{ a: number }>>();
  expectTypeOf(all(page)).toEqualTypeOf<Task<{ title: string; size: number }>>();

  const { a, b } = await all({ a: number, b: text });
  expectTypeOf(a).toEqualTypeOf<number>();
  expectTypeOf(b).toEqualTypeOf<string>();
}

// As arguments
{
  const sum = task((ns: number[]) => ns.length);
  sum(all([number, number]));
  sum(all(new Set([number])));
  // @ts-expect-error not all are numbers
  sum(all([number, text]));
  const render = task((page: { title: string; size: number }) => page.title);
  render(all({ title: text, size: number }));
  // @ts-expect-error one is missing
  render(all({ title: text }));
}

// Inside of generic functions
{
  const pair = <A, B>(a: A, b: B): Task<[Awaited<A>, Awaited<B>]> => all([a, b]);
  expectTypeOf(pair(number, "a")).toEqualTypeOf<Task<[number, string]>>();
  const list = <T>(values: Iterable<T>): Task<Awaited<T>[]> => all(values);
  expectTypeOf(list(new Set([number]))).toEqualTypeOf<Task<number[]>>();
  const array = <T extends readonly unknown[]>(values: T): Task<Joined<T>> => all(values);
  expectTypeOf(array([number, 1])).toEqualTypeOf<Task<number[]>>();
  const keyed = <T>(a: Task<T>) => all({ a, one: 1 });
  expectTypeOf(keyed(number)).toEqualTypeOf<Task<{ a: number; one: number }>>();
}

// What is neither iterable nor a record
{
  // @ts-expect-error nothing
  all();
  // @ts-expect-error a number
  all(5);
  // @ts-expect-error null
  all(null);
  // @ts-expect-error undefined
  all(undefined);
  // @ts-expect-error a symbol
  all(Symbol.iterator);
  // @ts-expect-error a handle
  all(number);
  // @ts-expect-error a promise of a list
  all(Promise.resolve([number]));
  // @ts-expect-error a function
  all(() => [number]);
  // @ts-expect-error a class
  all(class {});
  // @ts-expect-error an async iterable
  all((async function* () { yield 1; })());
  // @ts-expect-error several arguments
  all(number, text);
}
