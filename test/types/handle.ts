// `Task` as a type and as a value, and `abortSignal`.
import { expectTypeOf } from "expect-type";
import { abortSignal, Task, task } from "aiodag";
import type { Task as TaskType } from "aiodag";

declare const number: Task<number>;

// The handle
{
  expectTypeOf<TaskType<number>>().toEqualTypeOf<Task<number>>();
  expectTypeOf(number.status).toEqualTypeOf<"pending" | "fulfilled" | "rejected">();
  expectTypeOf(number.value).toEqualTypeOf<number | undefined>();
  expectTypeOf(number.reason).toEqualTypeOf<unknown>();
  expectTypeOf(number.abort).toEqualTypeOf<(reason?: unknown) => void>();
  number.abort();
  number.abort("a reason");
  // @ts-expect-error read only
  number.status = "pending";
  // @ts-expect-error read only
  number.value = 5;
  // @ts-expect-error read only
  number.reason = undefined;
  // @ts-expect-error nothing else is there
  number.state;
  expectTypeOf<keyof Task<number>>().toEqualTypeOf<keyof Promise<number> | "status" | "value" | "reason" | "abort">();
}

// It is a promise
{
  expectTypeOf(await number).toEqualTypeOf<number>();
  expectTypeOf<Awaited<Task<Task<string>>>>().toEqualTypeOf<string>();
  const promise: Promise<number> = number;
  const thenable: PromiseLike<number> = number;
  expectTypeOf(number.then((n) => `${n}`)).toEqualTypeOf<Promise<string>>();
  expectTypeOf(number.catch(() => "failed" as const)).toEqualTypeOf<Promise<number | "failed">>();
  expectTypeOf(number.finally(() => {})).toEqualTypeOf<Promise<number>>();
  expectTypeOf(Promise.all([number, promise, thenable])).toEqualTypeOf<Promise<[number, number, number]>>();
  expectTypeOf(Promise.race([number, "a"])).toEqualTypeOf<Promise<number | string>>();
  expectTypeOf(Promise.allSettled([number])).toEqualTypeOf<Promise<[PromiseSettledResult<number>]>>();
  // @ts-expect-error a promise is no handle
  const handle: Task<number> = Promise.resolve(1);
  // @ts-expect-error a handle of something else
  const other: Task<string> = number;
  // A handle of something more is a handle of something less.
  const wider: Task<number | string> = number;
  void [handle, other, wider];
}

// The value
{
  const isTask = (value: unknown): Task<unknown> | undefined => {
    if (!(value instanceof Task)) {
      expectTypeOf(value).toEqualTypeOf<unknown>();
      return undefined;
    }
    expectTypeOf(value).toEqualTypeOf<Task<unknown>>();
    return value;
  };
  void isTask;
  const unwrap = (value: number | Task<number>): number | undefined => {
    if (value instanceof Task) {
      expectTypeOf(value).toEqualTypeOf<Task<number>>();
      return value.value;
    }
    expectTypeOf(value).toEqualTypeOf<number>();
    return value;
  };
  void unwrap;
  const either = (value: Task<string> | Promise<string>): void => {
    if (value instanceof Task) expectTypeOf(value.value).toExtend<unknown>();
    else expectTypeOf(value).toEqualTypeOf<Promise<string>>();
  };
  void either;
  // @ts-expect-error nobody constructs a handle
  new Task(() => {});
  // @ts-expect-error it is no function
  Task(() => {});
  // @ts-expect-error nor a class to derive from
  class Derived extends Task<number> {}
  // @ts-expect-error it makes no handles
  Task.resolve(1);
  void Derived;
}

// abortSignal
{
  expectTypeOf(abortSignal).toEqualTypeOf<() => AbortSignal>();
  task(async (url: string) => fetch(url, { signal: abortSignal() }));
  // @ts-expect-error it is told nothing
  abortSignal(number);
}
