import type { Definition } from "./definition.ts";
import type { Node } from "./node.ts";

/** Why one task waits for another: an argument, an order-only dependency, or a handle that its body returned. */
export type EdgeKind = "data" | "order" | "returned";

/** What an observer learns of every task. Tasks are given as handles; nothing that an observer throws reaches them. */
export interface Observer {
  /** A call was made, by the synchronous part of the body of `parent` where there is one. */
  invoked?(task: Node, definition: Definition, parent: Node | undefined): void;
  /** `task` waits for `dependency`, or waited; `index` tells which argument or which order-only dependency it is. */
  edge?(task: Node, dependency: Node, kind: EdgeKind, index: number): void;
  /** All that the task waited for has settled; it may still have to wait for a slot. */
  ready?(task: Node): void;
  started?(task: Node): void;
  settled?(task: Node): void;
  /** Someone has chained the handle, or awaited it. */
  chained?(task: Node): void;
  /** The body has come to its end, which for an aborted task may be long after it has settled. */
  ended?(task: Node): void;
  /** Runs the body of a task, by calling it exactly once, and gives back what it returns. */
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

export function emit<E extends keyof Events>(event: E, ...details: Parameters<Events[E]>): void {
  for (const observer of observers ?? []) {
    try {
      Reflect.apply(observer[event] ?? ignore, observer, details);
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

function ignore(): void {}
