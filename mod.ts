import { Task as Handle } from "./src/handle.ts";
import type { Task as TaskHandle, TaskConstructor } from "./src/types.ts";

export { all } from "./src/all.ts";
export { abortSignal } from "./src/signal.ts";
export { type Decorator, type SettledDecorator, task } from "./src/task.ts";
export type { AsyncMethod, Inputs, Joined, Options, SettledInputs, TaskConstructor } from "./src/types.ts";

export type Task<T> = TaskHandle<T>;
export const Task: TaskConstructor = Handle as unknown as TaskConstructor;
