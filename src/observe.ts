import type { Node } from "./node.ts";

// The events, by the place of their method in a listener: see observer.ts for what each one tells.
export const INVOKED = 0;
export const EDGE = 1;
export const READIED = 2;
export const STARTED = 3;
export const SETTLED = 4;
export const CHAINING = 5;
export const ENDED = 6;

/** What is called for each event. By number, since the engine finds that ten times as fast as a name that varies. */
export type Listener = readonly (((task: Node, ...details: unknown[]) => void) | undefined)[];

/** Runs the body of a task: calls it exactly once, returns what it returns, and throws only what it throws. */
export type Run = (task: Node, body: () => unknown) => unknown;

export let listeners: readonly Listener[] | undefined;
/** Apart from the listeners: without one of these, a body needs no closure. */
export let runs: readonly Run[] | undefined;

/** Tells a listener of every task, until the function that this returns is called. */
export function observe(listener: Listener, run?: Run): () => void {
  listeners = [...(listeners ?? []), listener];
  if (run) runs = [...(runs ?? []), run];
  return () => {
    listeners = without(listeners, listener);
    runs = without(runs, run);
  };
}

function without<T>(all: readonly T[] = [], one: unknown): readonly T[] | undefined {
  const others = all.filter((other) => other !== one);
  return others[0] && others;
}

export function emit(event: number, task: Node, a?: unknown, b?: unknown, c?: unknown): void {
  for (const listener of listeners!) {
    try {
      listener[event]?.(task, a, b, c);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}

/** Runs a body inside all that wants to surround it. */
export function surround(task: Node, body: () => unknown): unknown {
  return runs!.reduce<() => unknown>((inner, run) => () => run(task, inner), body)();
}
