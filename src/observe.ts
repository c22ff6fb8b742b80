import type { Definition } from "./definition.ts";
import type { Node } from "./node.ts";

/** Why one task waits for another: an argument, an order-only dependency, or a handle that its body returned. */
export type EdgeKind = "data" | "order" | "returned";

/** What an observer learns of every task. Tasks are given as handles; what an observer throws does not reach them. */
export interface Observer {
  /** A call was made, by the synchronous part of the body of `parent` where there is one. */
  invoked?(task: Node, definition: Definition, parent: Node | undefined): void;
  /** `task` waits for `dependency`, or waited; `index` tells which argument or which order-only dependency it is. */
  edge?(task: Node, dependency: Node, kind: EdgeKind, index: number): void;
  /** All that the task waited for has settled; it may still have to wait for a slot. */
  ready?(task: Node): void;
  started?(task: Node): void;
  settled?(task: Node): void;
  /** Someone has chained the handle, or awaited it; the synchronous part of the body of `by`, where there is one. */
  chained?(task: Node, by: Node | undefined): void;
  /** The body has come to its end, which for an aborted task may be long after it has settled. */
  ended?(task: Node): void;
  /** Runs the body of a task: calls it exactly once, returns what it returns, and throws only what it throws. */
  run?(task: Node, body: () => unknown): unknown;
}

type Events = Omit<Required<Observer>, "run">;

export let observers: readonly Observer[] | undefined;

/** Has an observer told of every task, until the function that this returns is called. */
export function observe(observer: Observer): () => void {
  observers = [...(observers ?? []), observer];
  return () => {
    const others = observers?.filter((other) => other !== observer);
    observers = others?.length ? others : undefined;
  };
}

type Listener = Partial<Record<keyof Events, (...details: unknown[]) => void>>;

export function emit<E extends keyof Events>(event: E, ...details: Parameters<Events[E]>): void;
export function emit(event: keyof Events, a: unknown, b?: unknown, c?: unknown, d?: unknown): void {
  const all = observers as readonly Listener[];
  for (let i = 0; i < all.length; i++) {
    try {
      // One by one, since a list of them would cost as much as all the rest.
      all[i]![event]?.(a, b, c, d);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}

/** Runs a body inside every observer that wants to surround it. */
export function surround(task: Node, body: () => unknown): unknown {
  let surrounded = body;
  for (const observer of observers ?? []) {
    const inner = surrounded;
    if (observer.run) surrounded = () => observer.run?.(task, inner);
  }
  return surrounded();
}
