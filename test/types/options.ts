// What `task(options)` takes, and what the decorators that it returns make of a function's type.
import { expectTypeOf } from "expect-type";
import { type Decorator, type Options, type SettledDecorator, type Task, task } from "aiodag";

declare const number: Task<number>;
declare const text: PromiseLike<string>;

// Options
{
  expectTypeOf(task({})).toEqualTypeOf<Decorator>();
  expectTypeOf(task({ name: "load", concurrency: 2, signal: AbortSignal.timeout(1) })).toEqualTypeOf<Decorator>();
  expectTypeOf(task({ concurrency: Infinity })).toEqualTypeOf<Decorator>();
  // Absent
  expectTypeOf(
    task({ name: undefined, concurrency: undefined, signal: undefined, settled: undefined }),
  ).toEqualTypeOf<Decorator>();
  expectTypeOf(task({ settled: false })).toEqualTypeOf<Decorator>();
  expectTypeOf(task({ settled: true, concurrency: 2 })).toEqualTypeOf<SettledDecorator>();
  const frozen = { settled: true, name: "report" } as const;
  expectTypeOf(task(frozen)).toEqualTypeOf<SettledDecorator>();
  expectTypeOf<Options>().toEqualTypeOf<{
    readonly name?: string | undefined;
    readonly settled?: boolean | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly concurrency?: number | undefined;
  }>();

  // @ts-expect-error unknown
  task({ concurency: 2 });
  // @ts-expect-error of another type
  task({ name: 5 });
  // @ts-expect-error of another type
  task({ concurrency: "2" });
  // @ts-expect-error the controller, not its signal
  task({ signal: new AbortController() });
  // @ts-expect-error null is not absent
  task({ signal: null });
  // @ts-expect-error of another type
  task({ settled: 1 });
  // @ts-expect-error the types of the parameters hang on it, so it has to be known
  task({ settled: Math.random() < 0.5 });
  // @ts-expect-error options come by themselves
  task({ concurrency: 2 }, number);
  // @ts-expect-error options come by themselves
  task({ concurrency: 2 }, async () => 1);
}

// Wrapping with options is wrapping
{
  const limited = task({ concurrency: 2 });
  const load = limited(async function load(id: number, ...tags: string[]) {
    return { id, tags };
  }, text);
  expectTypeOf(load).toEqualTypeOf<
    (
      this: unknown,
      id: number | PromiseLike<number>,
      ...tags: (string | PromiseLike<string>)[]
    ) => Task<{ id: number; tags: string[] }>
  >();
  expectTypeOf(task({ settled: false })((id: number) => id)(number)).toEqualTypeOf<Task<number>>();
  // @ts-expect-error `after` has to be thenable
  limited(async () => 1, 5);
  // @ts-expect-error not a function
  limited({ concurrency: 2 });
  // @ts-expect-error of another type
  load(text);
}

// Settled: the function takes outcomes, the task what they are the outcomes of
{
  const settled = task({ settled: true });
  const report = settled(async function report(user: PromiseSettledResult<number>, posts: PromiseSettledResult<string>) {
    return user.status === "fulfilled" && posts.status === "fulfilled" ? `${user.value}: ${posts.value}` : "failed";
  });
  expectTypeOf(report).toEqualTypeOf<
    (this: unknown, user: number | PromiseLike<number>, posts: string | PromiseLike<string>) => Task<string>
  >();
  report(number, text);
  report(1, "a");
  // @ts-expect-error callers pass values, not outcomes
  report({ status: "fulfilled", value: 1 }, "a");
  // @ts-expect-error of another type
  report(text, text);

  expectTypeOf(
    settled((flag: PromiseSettledResult<boolean>, ...others: PromiseSettledResult<number | string>[]) => [flag, others]),
  ).parameters.toEqualTypeOf<
    [flag: boolean | PromiseLike<boolean>, ...others: (number | string | PromiseLike<number | string>)[]]
  >();

  const optional = settled((one: PromiseSettledResult<number>, two?: PromiseSettledResult<string | undefined>) => two ?? one);
  optional(1);
  optional(number, text);
  optional(1, undefined);

  const first = settled(async function first<T extends object>(outcome: PromiseSettledResult<T>): Promise<T> {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  });
  expectTypeOf(first).toExtend<<T extends object>(outcome: T | PromiseLike<T>) => Task<Awaited<T>>>();
  expectTypeOf(first(Promise.resolve({ a: 1 }))).toEqualTypeOf<Task<{ a: number }>>();
  // @ts-expect-error the constraint
  first(5);

  expectTypeOf(settled(() => 1)).toEqualTypeOf<(this: unknown) => Task<number>>();
  expectTypeOf(settled((outcome: unknown) => outcome)(number)).toEqualTypeOf<Task<unknown>>();
  expectTypeOf(
    settled(function (this: { base: string }, outcome: PromiseSettledResult<number>) {
      return this.base + outcome.status;
    }, text),
  ).toEqualTypeOf<(this: { base: string }, outcome: number | PromiseLike<number>) => Task<string>>();
  // What it is not told of the parameters it knows of the option.
  settled((outcome) => expectTypeOf(outcome).toEqualTypeOf<PromiseSettledResult<unknown>>());

  // @ts-expect-error it takes a value, and would get an outcome
  settled((user: number) => user);
  // @ts-expect-error it may be the other outcome
  settled((user: PromiseFulfilledResult<number>) => user.value);
  // @ts-expect-error without the option it gets a value
  task((user: PromiseSettledResult<number>) => user)(number);
}
