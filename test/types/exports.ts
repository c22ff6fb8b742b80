// What a module of a user's exports: declarations can be made of it, and nothing in them is `any`.
import { expectTypeOf, type IsAny } from "expect-type";
import * as aiodag from "aiodag";
import { all, type Decorator, type Inputs, type Task, task } from "aiodag";

// Inferred
export const load = task(async (id: number) => `${id}`);
export const limited = task({ concurrency: 2 });
export const settled = task({ settled: true });
export const joined = all({ page: load(1), size: 5 });
export class Users {
  load = task(async (id: number) => `${id}`);
}

// Written out, as isolatedDeclarations wants it
export const annotated: (id: number | PromiseLike<number>) => Task<string> = load;
export const byInputs: (...args: Inputs<[id: number]>) => Task<string> = load;
export const group: Decorator = limited;

expectTypeOf<keyof typeof aiodag>().toEqualTypeOf<"task" | "all" | "abortSignal" | "Task">();

type AnyIn<T> = { [K in keyof T]: IsAny<T[K]> }[keyof T];
expectTypeOf<IsAny<typeof aiodag.task>>().toEqualTypeOf<false>();
expectTypeOf<AnyIn<typeof aiodag>>().toEqualTypeOf<false>();
expectTypeOf<AnyIn<aiodag.Options>>().toEqualTypeOf<false | undefined>();
expectTypeOf<AnyIn<Omit<Task<number>, keyof Promise<number>>>>().toEqualTypeOf<false>();
expectTypeOf<AnyIn<typeof aiodag.Task>>().toEqualTypeOf<false>();
expectTypeOf<IsAny<Awaited<ReturnType<typeof load>>>>().toEqualTypeOf<false>();
expectTypeOf<AnyIn<Parameters<typeof load>>>().not.toBeAny();
expectTypeOf<AnyIn<Awaited<typeof joined>>>().toEqualTypeOf<false>();
