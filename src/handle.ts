import { abort, running } from "./graph.ts";
import { CHAINED, FULFILLED, HANDLED, Node } from "./node.ts";
import { CHAINING, emit, listeners, observe } from "./observe.ts";
import type { Task as Handle } from "./types.ts";

type Callback<V, R> = ((value: V) => R | PromiseLike<R>) | null | undefined;

/** A task as its user sees it: what every node inherits. */
export class Task<T> implements Handle<T> {
  declare readonly [Symbol.toStringTag]: string;
  declare catch: <B = never>(onRejected?: Callback<unknown, B>) => Promise<T | B>;

  static {
    // Not by `extends`, which makes every call dearer, and by which users could construct one.
    Object.setPrototypeOf(Node.prototype, Task.prototype);
    Object.setPrototypeOf(Task.prototype, Promise.prototype);
    Node.prototype.constructor = Task;
    // The entries that record or surround tasks share this core, and it exports nothing to users but what they call.
    (Task as unknown as Record<symbol, unknown>)[Symbol.for("aiodag")] = observe;
  }

  constructor() {
    throw new TypeError("Cannot construct a Task: call a wrapped function");
  }

  get status(): Handle<T>["status"] {
    const { state } = nodeOf(this);
    return state < FULFILLED ? "pending" : state === FULFILLED ? "fulfilled" : "rejected";
  }

  get value(): T | undefined {
    return this.status === "fulfilled" ? (nodeOf(this).data as T) : undefined;
  }

  get reason(): unknown {
    return this.status === "rejected" ? nodeOf(this).data : undefined;
  }

  then<A = T, B = never>(onFulfilled?: Callback<T, A>, onRejected?: Callback<unknown, B>): Promise<A | B> {
    const node = nodeOf(this);
    const promise = node.promise();
    node.flags |= HANDLED | CHAINED;
    if (listeners) emit(CHAINING, node, running);
    return promise.then(
      () => (typeof onFulfilled === "function" ? onFulfilled(node.data as T) : (node.data as A)),
      onRejected,
    );
  }

  // That of zone.js reads the insides of its own promises.
  finally(onFinally?: (() => void) | null): Promise<T> {
    return this.then().finally(onFinally);
  }

  abort(reason: unknown = new DOMException("The task was aborted", "AbortError")): void {
    abort([nodeOf(this)], reason);
  }
}

function nodeOf<T>(handle: Task<T>): Node {
  return handle as unknown as Node;
}

export function handleOf<T>(node: Node): Task<T> {
  return node as unknown as Task<T>;
}
