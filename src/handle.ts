import { abort, running } from "./graph.ts";
import { CHAINED, FULFILLED, HANDLED, Node } from "./node.ts";
import { CHAINING, listener, observe } from "./observe.ts";

type Callback<V, R> = ((value: V) => R | PromiseLike<R>) | null | undefined;

/**
 * What a call of a task gives back at once: a promise that can also be passed on as an argument, read in place and
 * aborted. It is no native promise inside: a host that insists on one takes `handle.then()`.
 *
 * As a value it recognises handles by `instanceof`. It cannot be constructed: call a function that {@linkcode task}
 * has wrapped.
 *
 * @typeParam T What the task is fulfilled with.
 *
 * @example Pass on, read and await a handle
 * ```ts
 * import { type Task, task } from "aiodag";
 *
 * const double = task(async function double(n: number) { return n * 2; });
 *
 * const eight: Task<number> = double(double(2));
 * console.log(eight.status, eight.value); // pending undefined
 * console.log(await eight, eight.status, eight.value); // 8 fulfilled 8
 * ```
 *
 * @example Tell a handle from another promise
 * ```ts
 * import { Task, task } from "aiodag";
 *
 * const one = task(function one() { return 1; });
 *
 * console.log(one() instanceof Task, Promise.resolve(1) instanceof Task); // true false
 * ```
 */
export class Task<T> implements Promise<T> {
  /** Whether `value` is a handle: what `value instanceof Task` asks. */
  declare static readonly [Symbol.hasInstance]: (value: unknown) => value is Task<unknown>;
  declare readonly [Symbol.toStringTag]: string;
  /** As that of a promise. */
  declare catch: <B = never>(onRejected?: Callback<unknown, B>) => Promise<T | B>;

  static {
    // Not by `extends`, which makes every call dearer, and by which users could construct one.
    Object.setPrototypeOf(Node.prototype, Task.prototype);
    Object.setPrototypeOf(Task.prototype, Promise.prototype);
    Node.prototype.constructor = Task;
    // The entries that record or surround tasks share this core, and it exports nothing to users but what they call.
    (Task as unknown as Record<symbol, unknown>)[Symbol.for("aiodag")] = observe;
  }

  private constructor() {
    throw new TypeError("Cannot construct a Task");
  }

  /** Where the task stands: `pending` until its outcome is known, whether or not its body has started. */
  get status(): "pending" | "fulfilled" | "rejected" {
    const { state } = nodeOf(this);
    return state < FULFILLED ? "pending" : state === FULFILLED ? "fulfilled" : "rejected";
  }

  /** What the task was fulfilled with; `undefined` while it is pending, and after it has failed. */
  get value(): T | undefined {
    return this.status === "fulfilled" ? (nodeOf(this).data as T) : undefined;
  }

  /** Why the task failed; `undefined` unless it has. Reading it does not count as handling the failure. */
  get reason(): unknown {
    return this.status === "rejected" ? nodeOf(this).data : undefined;
  }

  /** As that of a promise. */
  then<A = T, B = never>(onFulfilled?: Callback<T, A>, onRejected?: Callback<unknown, B>): Promise<A | B> {
    const node = nodeOf(this);
    const promise = node.promise();
    node.flags |= HANDLED | CHAINED;
    listener?.(CHAINING, node, running);
    return promise.then(
      () => (typeof onFulfilled === "function" ? onFulfilled(node.data as T) : (node.data as A)),
      onRejected,
    );
  }

  /** As that of a promise. */
  finally(onFinally?: (() => void) | null): Promise<T> {
    // That of zone.js reads the insides of its own promises.
    return this.then().finally(onFinally);
  }

  /**
   * Rejects the task with `reason` before it returns, unless it is settled. A body that has not started never
   * runs; one that is running sees its {@linkcode abortSignal} abort, and what it does later is dropped. Data
   * dependents fail with the same reason, and upstream work that nobody else wants is aborted too: a task that is
   * only held in a variable, and not chained, counts as unwanted once its last dependent is aborted.
   *
   * @param reason What the handle is rejected with: a `DOMException` named `AbortError` unless given.
   *
   * @example Stop what is no longer wanted
   * ```ts
   * import { task } from "aiodag";
   *
   * const load = task(async function load(): Promise<string> { return new Promise(() => {}); });
   * const page = load();
   * page.abort(new Error("The reader has left"));
   * console.log(page.status); // rejected
   * ```
   */
  abort(reason: unknown = AbortSignal.abort().reason): void {
    abort([nodeOf(this)], reason);
  }
}

function nodeOf<T>(handle: Task<T>): Node {
  return handle as unknown as Node;
}

export function handleOf<T>(node: Node): Task<T> {
  return node as unknown as Task<T>;
}
