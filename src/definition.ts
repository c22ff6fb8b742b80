import type { Carry } from "./context.ts";
import type { Cancellation, Limit } from "./group.ts";
import type { Node } from "./node.ts";
import type { Options } from "./types.ts";

export type Body = (this: unknown, ...args: unknown[]) => unknown;
export type Then = (this: unknown, fulfilled: (value: unknown) => void, rejected: (reason: unknown) => void) => unknown;

/** An order-only dependency: a thenable is subscribed to when a call first waits for it. */
export interface After {
  source: Node | undefined;
  thenable: unknown;
  then: Then | undefined;
}

/** What all calls of one wrapped function share. */
export class Definition {
  fn: Body;
  name: string;
  /** What the decorators were given, all of them together. */
  options: Options;
  after: readonly After[];
  settled: boolean;
  /** Whether the body takes its arguments one by one, or as one array, however long. */
  spread: boolean;
  limit: Limit | undefined;
  cancellation: Cancellation | undefined;
  carry: Carry;

  constructor(
    fn: Body,
    name: string,
    options: Options,
    after: readonly After[],
    spread: boolean,
    limit: Limit | undefined,
    cancellation: Cancellation | undefined,
    carry: Carry,
  ) {
    this.fn = fn;
    this.name = name;
    this.options = options;
    this.after = after;
    this.settled = options.settled === true;
    this.spread = spread;
    this.limit = limit;
    this.cancellation = cancellation;
    this.carry = carry;
  }
}
