// The library under test: every spec imports it from here, and the runner says which one it is.
import type * as core from "../mod.ts";
import { entryUrl } from "./support/runtime.ts";

const { abortSignal, all, task, Task } = (await import(entryUrl("mod"))) as typeof core;

type Task<T> = core.Task<T>;

export { abortSignal, all, task, Task };
export type * from "../mod.ts";
