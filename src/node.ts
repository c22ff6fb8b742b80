import type { Context } from "./context.ts";
import { Definition } from "./definition.ts";
import type { Chain } from "./promise.ts";
import type { Roster } from "./roster.ts";

export const WAITING = 0;
export const READY = 1;
export const RUNNING = 2;
/** The body has returned another handle, and the task waits for that one. */
export const RETURNED = 3;
export const FULFILLED = 4;
export const REJECTED = 5;

/** Someone takes charge of a failure: a data dependent, or a `then`. */
export const HANDLED = 1;
export const CHAINED = 2;
/** Rejected by an abort, its own or that of a dependency. */
export const ABORTED = 4;
/** The body has started and has not ended, whatever became of the handle. */
export const BODY = 8;
/** Concurrency slots stay taken until this task has ended. */
export const SLOTS = 16;


/** A task as the graph sees it: every field is there from the start, so that the engine knows one shape. */
export class Node {
  // A brand that asks no trap of a Proxy.
  #brand: undefined;
  state: number = WAITING;
  flags = 0;
  /** Unsettled dependencies, and one more while they are being linked. */
  waiting = 1;
  definition: Definition | undefined;
  self: unknown;
  /** The arguments; then the handle that the body returned; then the value or the reason. */
  data: unknown;
  context: Context = undefined;
  controller: AbortController | undefined = undefined;
  first: Node | undefined = undefined;
  rest: Roster | undefined = undefined;
  chain: Chain | undefined = undefined;

  constructor(definition: Definition, self: unknown, data: unknown) {
    if (!(definition instanceof Definition)) {
      throw new TypeError("Cannot construct a Task: call a function that task() has wrapped");
    }
    this.definition = definition;
    this.self = self;
    this.data = data;
  }

  static is(value: unknown): value is Node {
    return typeof value === "object" && value !== null && #brand in value;
  }
}
