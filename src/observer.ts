import type { Body, Definition } from "./definition.ts";
import type { BODY, Node, RUNNING } from "./node.ts";
import type { CHAINING, EDGE, ENDED, INVOKED, Listener, READIED, SETTLED, STARTED } from "./observe.ts";

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

// The entries share the core's tasks, but not its modules. The compiler holds these to be the core's own.
const invoked: typeof INVOKED = 0;
const edge: typeof EDGE = 1;
const readied: typeof READIED = 2;
const started: typeof STARTED = 3;
const settled: typeof SETTLED = 4;
const chaining: typeof CHAINING = 5;
const ended: typeof ENDED = 6;
const running: typeof RUNNING = 1;
const hasBody: typeof BODY = 8;

/** Has an observer told of every task of the core that `Task` belongs to, until the returned function is called. */
export function observeTasks(Task: unknown, observer: Observer): () => void {
  // Spelt out, since the engine finds a method by its name ten times as fast as by a name that varies.
  function listener(event: number, task: Node, a?: unknown, b?: unknown, c?: unknown): Body | undefined {
    // A body that settles its task by its end.
    if (event === settled && a === running && (task.flags & hasBody) === 0) listener(ended, task);
    try {
      if (event === invoked) observer.invoked?.(task, a as Definition, b as Node | undefined);
      else if (event === edge) observer.edge?.(task, a as Node, b as EdgeKind, c as number);
      else if (event === readied) observer.ready?.(task);
      else if (event === started) observer.started?.(task);
      else if (event === settled) observer.settled?.(task);
      else if (event === chaining) observer.chained?.(task, a as Node | undefined);
      else if (event === ended) observer.ended?.(task);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
    return event === started && observer.run ? surrounded(task, a as Body) : undefined;
  }

  function surrounded(task: Node, body: Body): Body {
    return function (...args) {
      return observer.run!(task, () => Reflect.apply(body, this, args));
    };
  }

  return add(listener, observeOf(Task));
}

/** How many observers are told of the tasks of a core. */
export function countObservers(Task: unknown): number {
  return observeOf(Task).listeners?.length ?? 0;
}

function observeOf(Task: unknown): Observe {
  return (Task as Record<symbol, Observe>)[Symbol.for("aiodag")]!;
}

/** What the core has its listener set by. All that listen stand there, for whichever copy of this module comes next. */
interface Observe {
  (listener: Listener | undefined): void;
  listeners?: readonly Listener[];
}

/** Each is added and taken away by a new list, since one may end itself while they are told. */
function add(listener: Listener, observe: Observe): () => void {
  const change = (listeners: readonly Listener[]): void => {
    observe.listeners = listeners;
    observe(listeners.length > 1 ? tell : listeners[0]);
  };
  // Of a body that starts, each is given what the one before wants called in its place.
  function tell(event: number, task: Node, a?: unknown, b?: unknown, c?: unknown): unknown {
    let body = a;
    for (const listener of observe.listeners!) {
      const result = listener(event, task, body, b, c);
      if (event === started) body = result ?? body;
    }
    return event === started ? body : undefined;
  }
  change([...(observe.listeners ?? []), listener]);
  return () => change(observe.listeners!.filter((other) => other !== listener));
}
