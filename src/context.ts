import type { Node } from "./node.ts";
import { Chain } from "./promise.ts";

type Start = (node: Node) => void;

export interface Scope {
  runInAsyncScope(start: Start, self: undefined, node: Node): void;
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

interface AsyncHooks {
  AsyncResource: new (type: string, options: { requireManualDestroy: boolean }) => Scope;
}

const runtime = globalThis as Runtime;
const userAgent = `${runtime.navigator?.userAgent}`;

/** Right in every runtime, known or to come: a native `then` carries whatever the runtime carries. */
const throughPromise: Carry = (node, start) => {
  const chain = new Chain();
  void chain.promise.then(() => start(node));
  return chain.resolve;
};

export const carryNothing: Carry = () => undefined;

// Deno and workerd have an AsyncResource too: slow in the one, and in the other it never starts the body.
const AsyncResource = /^(Deno|Cloudflare)/.test(userAgent)
  ? undefined
  : runtime.process?.getBuiltinModule?.("node:async_hooks")?.AsyncResource;

const options = { requireManualDestroy: true };

const throughResource: Carry | undefined = AsyncResource && (() => new AsyncResource("Task", options));

const fastest = throughResource ?? (userAgent.startsWith("Mozilla/") ? carryNothing : throughPromise);

/** How the calls of a function that is now wrapped keep their async context: zone.js may have come since the last. */
export function chooseCarry(): Carry {
  return runtime.AsyncContext === undefined && runtime.Zone === undefined ? fastest : throughPromise;
}
