import { abort } from "./graph.ts";
import { CHAINED, FULFILLED, HANDLED, Node, REJECTED } from "./node.ts";
import { emit, observers } from "./observe.ts";
import { promiseOf } from "./promise.ts";
import type { Task as Handle } from "./types.ts";

type Callback<V, R> = ((value: V) => R | PromiseLike<R>) | null | undefined;

/** A task as its user sees it. */
export class Task<T> extends Node implements Handle<T> {
  declare readonly [Symbol.toStringTag]: string;

  static {
    Object.setPrototypeOf(Node.prototype, Promise.prototype);
  }

  get status(): Handle<T>["status"] {
    return this.state < FULFILLED ? "pending" : this.state === FULFILLED ? "fulfilled" : "rejected";
  }

  get value(): T | undefined {
    return this.state === FULFILLED ? (this.data as T) : undefined;
  }

  get reason(): unknown {
    return this.state === REJECTED ? this.data : undefined;
  }

  then<A = T, B = never>(onFulfilled?: Callback<T, A>, onRejected?: Callback<unknown, B>): Promise<A | B> {
    const promise = promiseOf(this);
    this.flags |= HANDLED | CHAINED;
    if (observers !== undefined) emit("chained", this);
    return promise.then(
      () => (typeof onFulfilled === "function" ? onFulfilled(this.data as T) : (this.data as A)),
      onRejected,
    );
  }

  catch<B = never>(onRejected?: Callback<unknown, B>): Promise<T | B> {
    return this.then(undefined, onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<T> {
    return this.then().finally(onFinally);
  }

  abort(reason: unknown = new DOMException("The task was aborted", "AbortError")): void {
    abort([this], reason);
  }
}
