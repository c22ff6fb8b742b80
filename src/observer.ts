import type { Definition } from "./definition.ts";
import type { Node } from "./node.ts";
import type { Listener, Run } from "./observe.ts";

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
  run?: Run;
}

const names = ["invoked", "edge", "ready", "started", "settled", "chained", "ended"] as const;

/** Has an observer told of every task of the core that `Task` belongs to, until the returned function is called. */
export function observeTasks(Task: unknown, observer: Observer): () => void {
  const { [Symbol.for("aiodag")]: observe } = Task as Record<symbol, (listener: Listener, run?: Run) => () => void>;
  const listener = names.map((name) => observer[name]?.bind(observer)) as Listener;
  return observe!(listener, observer.run?.bind(observer));
}
