import { type Carry, carryNothing, chooseCarry } from "./context.ts";
import type { Cancellation, Limit } from "./group.ts";
import type { Node } from "./node.ts";
import type { Options } from "./types.ts";

export type Body = (this: unknown, ...args: unknown[]) => unknown;
/** What one decorator, or several together, give to every function that they wrap. */
export interface Group {
  options: Options;
  limit?: Limit | undefined;
  cancellation?: Cancellation | undefined;
}

export const plain: Group = { options: {} };

/** What all calls of one wrapped function share. */
export class Definition implements Group {
  declare fn: Body;
  declare name: string;
  declare options: Options;
  declare limit: Limit | undefined;
  declare cancellation: Cancellation | undefined;
  declare after: readonly Node[];
  /** Whether the body takes its arguments as one array, however long. */
  declare isList: boolean;
  declare carry: Carry;
  /** The function that was wrapped for it. */
  declare task: object | undefined;

  constructor(fn: Body, name: string, isList: boolean, group: Group = plain, after: readonly Node[] = []) {
    this.fn = fn;
    this.name = group.options.name ?? name;
    this.options = group.options;
    this.limit = group.limit;
    this.cancellation = group.cancellation;
    this.after = after;
    this.task = undefined;
    this.isList = isList;
    // Lists are the library's own, and run nobody else's code.
    this.carry = isList ? carryNothing : chooseCarry();
  }
}
