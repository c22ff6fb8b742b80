// What aiodag/trace exports takes the core's handles, and nothing in it is `any`.
import { expectTypeOf, type IsAny } from "expect-type";
import { type Task, task } from "aiodag";
import * as entry from "aiodag/trace";
import { type RecordedTask, type Recording, trace, type TraceOptions } from "aiodag/trace";

expectTypeOf<keyof typeof entry>().toEqualTypeOf<
  "toDOT" | "toJSON" | "toMermaid" | "toTraceEvents" | "toWaterfall" | "trace"
>();

const run = trace({ stacks: true, limit: 10 });
const handle: Task<number> = task(() => 1)();

expectTypeOf(run).toEqualTypeOf<Recording>();
expectTypeOf(run.why(handle)).toEqualTypeOf<string>();
// @ts-expect-error a native promise is no handle
run.why(Promise.resolve(1));
// @ts-expect-error no such option
trace({ stack: true });

type AnyIn<T> = { [K in keyof T]-?: IsAny<T[K]> }[keyof T];
expectTypeOf<AnyIn<typeof entry>>().toEqualTypeOf<false>();
expectTypeOf<AnyIn<Recording>>().toEqualTypeOf<false>();
expectTypeOf<AnyIn<RecordedTask>>().toEqualTypeOf<false>();
expectTypeOf<AnyIn<TraceOptions>>().toEqualTypeOf<false>();
