import type { Context } from "./context.ts";
import type { Definition } from "./definition.ts";
import type { Dependents } from "./dependents.ts";
import type { Limit } from "./group.ts";
import { Chain } from "./promise.ts";

/** Below zero, a task waits: for as many dependencies as the number says, and one more while they are being linked. */
export const READY = 0;
export const RUNNING = 1;
/** The body has returned another handle, and the task waits for that one. */
export const RETURNED = 2;
export const FULFILLED = 3;
export const REJECTED = 4;

/** Someone takes charge of a failure: a data dependent, or a `then`. */
export const HANDLED = 1;
export const CHAINED = 2;
/** Rejected by an abort, its own or that of a dependency. */
export const ABORTED = 4;
/** The body has not ended, although the handle has settled. */
export const BODY = 8;
/** Called with a single argument, which is kept without a list around it. */
export const ONE = 16;

/** What few tasks have. */
export interface Extra {
  /** The `this` of the call. */
  self?: unknown;
  controller?: AbortController | undefined;
  /** The concurrency slots that stay taken until this task has ended. */
  slots?: Limit[] | undefined;
}

/** A task as the graph sees it. */
export class Node {
  /** What those who chain the task hang on. Private, and so also a brand, which asks no trap of a Proxy. */
  #chain: Chain | undefined;
  declare state: number;
  declare flags: number;
  declare definition: Definition | undefined;
  /** The arguments, or the only one; then the handle that the body returned; then the value or the reason. */
  declare data: unknown;
  declare context: Context;
  declare dependents: Dependents;
  declare extra: Extra | undefined;
  /** For a recording. */
  declare number: number;
  declare gone: number;

  // All fields from the start and in one order, so that the engine knows one shape.
  constructor(definition: Definition, data: unknown, flags: number) {
    this.state = -1;
    this.flags = flags;
    this.definition = definition;
    this.data = data;
    this.context = this.dependents = this.extra = undefined;
    this.number = this.gone = 0;
  }

  static is(value: unknown): value is Node {
    return typeof value === "object" && value !== null && #chain in value;
  }

  /** A native promise that settles when the task does, and rejects with its reason. */
  promise(): Promise<void> {
    const chain = (this.#chain ??= new Chain());
    if (this.state >= FULFILLED) this.announce();
    return chain.promise;
  }

  /** Tells those who have chained the task how it ended, or the platform, where nobody takes charge of a failure. */
  announce(): void {
    if (this.state === FULFILLED) {
      this.#chain?.resolve();
      this.#chain = undefined;
    } else if (this.#chain || (this.flags & (HANDLED | ABORTED)) === 0) {
      this.#chain ??= new Chain();
      this.#chain.reject(this.data);
    }
  }

  /** Takes charge of a failure that is still to come, or that was reported already. */
  takeOver(): void {
    if ((this.flags & HANDLED) !== 0) return;
    this.flags |= HANDLED;
    this.#chain?.promise.catch(() => {});
  }
}
