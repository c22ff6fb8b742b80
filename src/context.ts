import type { Node } from "./node.ts";
import { Chain } from "./promise.ts";

type Start = (node: Node) => void;

export interface Scope {
  runInAsyncScope<A extends unknown[], R>(fn: (...args: A) => R, self?: undefined, ...args: A): R;
}

/** What a task that has not started keeps of its call: a scope to start in, or the function that starts it there. */
export type Context = Scope | (() => void) | undefined;

/** Takes hold of the async context of the call that is being made. */
export type Carry = (node: Node, start: Start) => Context;

interface Runtime {
  process?: { getBuiltinModule?(name: string): AsyncHooks | undefined };
  navigator?: { userAgent?: string };
  AsyncContext?: unknown;
  Zone?: unknown;
}

type Marked = Record<symbol, unknown>;

interface AsyncHooks {
  AsyncResource: new (type: string, triggerAsyncId: number) => Scope & Marked;
  AsyncLocalStorage: { prototype: object };
}

const runtime = globalThis as Runtime;
const userAgent = runtime.navigator?.userAgent as string;

/** Right in every runtime, known or to come: a native `then` carries whatever the runtime carries. */
const throughPromise: Carry = (node, start) => {
  const chain = new Chain();
  void chain.promise.then(() => start(node));
  return chain.resolve;
};

export const carryNothing = (): undefined => undefined;

// Deno and workerd have an AsyncResource too: slow in the one, and in the other it never starts the body.
const hooks = /^(Deno|Cloudflare)/.test(userAgent)
  ? undefined
  : runtime.process?.getBuiltinModule?.("node:async_hooks");

const AsyncResource = hooks?.AsyncResource;
// Its cause is of no use to anybody, and costs three times as much to find out.
const createScope = (): Scope & Marked => new AsyncResource!("Task", 0);

/** Whether Node carries contexts by hooks, which give every promise an id, and not by frames. */
const isHooked = hooks && "_enable" in hooks.AsyncLocalStorage.prototype;
const property = isHooked ? "async_id_symbol" : "context_frame";
const mark = hooks && Object.getOwnPropertySymbols(createScope()).find(({ description }) => description === property);

/** Whether the current context is the empty one. Where Node does not show that, none is. */
const isEmpty = (): boolean =>
  !!mark && !((isHooked ? new Promise(carryNothing) : createScope()) as Marked)[mark];

/** A scope in the empty context, made while that was current. */
let root: Scope | undefined;

const throughResource: Carry = () => (isEmpty() ? void (root ??= createScope()) : createScope());

/** Has a task start in the context of its call. */
export function enter(node: Node, start: Start): void {
  let scope = node.context as Scope | undefined;
  // A scope of its own, so that a store that a body enters does not reach the next.
  if (!scope && root && !isEmpty()) scope = root.runInAsyncScope(createScope);
  if (scope) scope.runInAsyncScope(start, undefined, node);
  else start(node);
}

const fastest = hooks ? throughResource : (/^(Mozilla)/.test(userAgent) ? carryNothing : throughPromise);

/** How the calls of a function that is now wrapped keep their async context: zone.js may have come since the last. */
export function chooseCarry(): Carry {
  return runtime.AsyncContext || runtime.Zone ? throughPromise : fastest;
}
