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

export let listener: Listener | undefined;

/** Has one listener told of every task, in place of the one before: observer.ts tells several. */
export function observe(next: Listener | undefined): void {
  listener = next;
}
