import type { Body } from "./definition.ts";
import type { Node } from "./node.ts";

// The events: see observer.ts for what each one tells.
export const INVOKED = 0;
export const EDGE = 1;
export const READIED = 2;
export const STARTED = 3;
export const SETTLED = 4;
export const CHAINING = 5;
export const ENDED = 6;

/** Is told of every event. It must not throw. For STARTED it may return a function to call in place of the body. */
export type Listener = (event: number, task: Node, a?: unknown, b?: unknown, c?: unknown) => unknown;

export let listeners: readonly Listener[] | undefined;

/** Tells a listener of every task, until the function that this returns is called. */
export function observe(listener: Listener): () => void {
  listeners = [...(listeners ?? []), listener];
  return () => {
    const others = listeners!.filter((other) => other !== listener);
    listeners = others[0] && others;
  };
}

export function emit(event: number, task: Node, a?: unknown, b?: unknown, c?: unknown): void {
  // One may end itself meanwhile.
  const current = listeners!;
  for (let i = 0; i < current.length; i++) current[i]!(event, task, a, b, c);
}

/** The body of a task that starts, or what a listener wants called in its place. */
export function surround(task: Node, body: Body): Body {
  return listeners!.reduce<Body>((inner, listener) => (listener(STARTED, task, inner) as Body | undefined) ?? inner, body);
}
