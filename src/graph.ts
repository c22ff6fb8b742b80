import type { Definition } from "./definition.ts";
import {
  ABORTED,
  BODY,
  CHAINED,
  FULFILLED,
  Node,
  QUEUED,
  READY,
  REJECTED,
  RETURNED,
  RUNNING,
} from "./node.ts";
import { EDGE, ENDED, READIED, SETTLED, STARTED, emit, listeners, runs, surround } from "./observe.ts";
import type { EdgeKind } from "./observer.ts";
import { resolved } from "./promise.ts";
import { createQueue } from "./queue.ts";
import { Roster } from "./roster.ts";
import { guardedThenOf, type Then } from "./thenable.ts";

const nativeThen = Promise.prototype.then;
const queue = createQueue(enter);

/** The task whose body is in its synchronous part. */
export let running: Node | undefined;

/** Has `task` wait for a dependency. */
export function depend(task: Node, dependency: Node, kind: EdgeKind, index: number): void {
  if (kind !== "order") dependency.takeOver();
  if (listeners) emit(EDGE, task, dependency, kind, index);
  if (dependency.state >= FULFILLED) return;
  if (task.state < READY) task.state--;
  if (!dependency.first) dependency.first = task;
  else if (!dependency.rest) dependency.rest = new Roster(task);
  else dependency.rest.tasks.push(task);
}

/** To be called when all that `task` waits for has settled. */
export function ready(task: Node): void {
  if (listeners) emit(READIED, task);
  const { limit } = task.definition!;
  if (!limit || limit.enter(task)) launch(task);
}

function launch(task: Node): void {
  if (typeof task.context === "function") task.context();
  else queue.push(task);
}

function enter(task: Node): void {
  if (typeof task.context === "object") task.context.runInAsyncScope(start, undefined, task);
  else start(task);
}

/** Runs the body of a task that is ready, in the async context of its call. */
export function start(task: Node): void {
  if (task.state !== READY) return;
  const definition = task.definition!;
  const self = task.self;
  const inputs = task.data as unknown[];
  const values = definition.options.settled ? inputs.map(outcomeOf) : valuesOf(inputs);
  task.state = RUNNING;
  task.flags |= BODY;
  task.self = task.data = task.context = undefined;
  if (listeners) emit(STARTED, task);
  const args = definition.isList ? [values] : values;
  let result: unknown;
  running = task;
  try {
    result = runs
      ? surround(task, () => Reflect.apply(definition.fn, self, args))
      : Reflect.apply(definition.fn, self, args);
  } catch (error) {
    running = undefined;
    return end(task, REJECTED, error);
  }
  running = undefined;
  resolve(task, result, true);
}

function valuesOf(inputs: unknown[]): unknown[] {
  for (let i = 0; i < inputs.length; i++) inputs[i] = valueOf(inputs[i]);
  return inputs;
}

function valueOf(input: unknown): unknown {
  return Node.is(input) ? input.data : input;
}

function outcomeOf(input: unknown): PromiseSettledResult<unknown> {
  const outcome = valueOf(input);
  return Node.is(input) && input.state === REJECTED
    ? { status: "rejected", reason: outcome }
    : { status: "fulfilled", value: outcome };
}

/** A body has returned a handle: its task waits again, for that one. */
function follow(task: Node, dependency: Node): void {
  task.flags &= ~BODY;
  if (listeners) emit(ENDED, task);
  if (task.state === REJECTED) {
    release(task, dependency);
    dependency.takeOver();
    if (isUnwanted(dependency)) abort([dependency], task.data);
    return;
  }
  task.state = RETURNED;
  task.data = dependency;
  depend(task, dependency, "returned", 0);
  if (dependency.state >= FULFILLED) settleAs(task, dependency);
}

/** A body has returned a result, or a thenable that it returned has come to one. */
function resolve(task: Node, result: unknown, isReturned: boolean): void {
  if (result === task) return end(task, REJECTED, new TypeError("Cannot settle a task with its own handle"));
  if (isReturned && Node.is(result)) return follow(task, result);
  const then = guardedThenOf(result);
  if (then) subscribe(task, result, then);
  else end(task, FULFILLED, result);
}

/** Has `task` settle as a thenable does whose `then` has been read. */
export function subscribe(task: Node, thenable: unknown, then: Then): void {
  if (then === nativeThen) watch(task, thenable as Promise<unknown>);
  else void resolved.then(() => assimilate(task, thenable, then));
}

// The two closures are made in a scope that holds the task alone.
function watch(task: Node, promise: Promise<unknown>): void {
  try {
    void nativeThen.call(
      promise,
      (value) => conclude(task, FULFILLED, value),
      (reason) => conclude(task, REJECTED, reason),
    );
  } catch (error) {
    end(task, REJECTED, error);
  }
}

function conclude(task: Node, state: number, outcome: unknown): void {
  queue.hold();
  end(task, state, outcome);
  queue.flush();
}

function assimilate(task: Node, thenable: unknown, then: Then): void {
  let isCalled = false;
  const first = (settle: (outcome: unknown) => void) => (outcome: unknown) => {
    if (isCalled) return;
    isCalled = true;
    settle(outcome);
  };
  const fail = first((reason) => end(task, REJECTED, reason));
  try {
    Reflect.apply(then, thenable, [first((value) => resolve(task, value, false)), fail]);
  } catch (error) {
    fail(error);
  }
}

/** A body has ended. The task settles so, unless it was aborted before. */
function end(task: Node, state: number, outcome: unknown): void {
  task.flags &= ~BODY;
  if (listeners) emit(ENDED, task);
  if (task.state === RUNNING) settle(task, state, outcome, 0);
  else release(task);
}

/** Settles a task as its dependency has. */
export function settleAs(task: Node, { state, data, flags }: Node): void {
  settle(task, state, data, flags & ABORTED);
}

/** Settles a task, and all that settle because of it. */
function settle(task: Node, state: number, outcome: unknown, aborted: number): void {
  close(task, state, outcome, aborted);
  if (task.first || task.rest) {
    const closed = [task];
    for (let i = 0; i < closed.length; i++) {
      const node = closed[i]!;
      const { first, rest } = node;
      node.first = node.rest = undefined;
      if (first) inform(first, node, closed);
      if (rest) for (const dependent of rest.tasks) inform(dependent, node, closed);
      node.self = undefined;
    }
  }
  task.self = undefined;
}

/** Tells a dependent that one of its dependencies has settled, and adds it to `closed` if that settles it too. */
function inform(dependent: Node, dependency: Node, closed: Node[]): void {
  const { state } = dependent;
  if (state < READY && (dependency.state === FULFILLED || !isFailedBy(dependent, dependency))) {
    if (++dependent.state === READY) ready(dependent);
  } else if (state < READY || state === RETURNED) {
    close(dependent, dependency.state, dependency.data, dependency.flags & ABORTED);
    closed.push(dependent);
  }
}

function isFailedBy({ definition, data }: Node, dependency: Node): boolean {
  return !definition!.options.settled && (data as unknown[]).includes(dependency);
}

function close(task: Node, state: number, outcome: unknown, aborted: number): void {
  const { state: before, data, definition } = task;
  task.state = state;
  task.flags |= aborted;
  task.data = outcome;
  task.definition = task.context = undefined;
  // For a task that returned this one, and settles with it: what this one returned, if that has not ended.
  task.self = before === RETURNED ? (hasEnded(data as Node) ? (data as Node).self : data) : undefined;
  if (before !== RUNNING) withdraw(task, before, data, definition!);
  if (definition!.cancellation) definition!.cancellation.leave(task);
  if (hasEnded(task)) release(task, task.self as Node | undefined);
  task.announce();
  if (listeners) emit(SETTLED, task);
}

function hasEnded(task: Node): boolean {
  return task.state >= FULFILLED && (task.flags & BODY) === 0;
}

/** Takes a task that has settled out of what it was waiting for. */
function withdraw(task: Node, before: number, data: unknown, { after, limit }: Definition): void {
  if (before < READY) {
    for (const input of data as unknown[]) if (Node.is(input)) leave(input, task);
    for (const source of after) leave(source, task);
  } else if (before === RETURNED) leave(data as Node, task);
  else if ((task.flags & QUEUED) !== 0) limit!.queue.leave();
}

/** Gives up what was kept for the body of a task: slots go on to a handle that it returned, if that has not ended. */
function release(task: Node, returned?: Node): void {
  const { slots } = task;
  task.controller = task.slots = undefined;
  if (!slots) return;
  if (returned && !hasEnded(returned)) {
    (returned.slots ??= []).push(...slots);
    return;
  }
  for (const slot of slots) {
    const next = slot.leave();
    if (next) launch(next);
  }
}

function leave(dependency: Node, task: Node): void {
  if (dependency.state >= FULFILLED) return;
  if (dependency.first === task) dependency.first = undefined;
  else dependency.rest!.leave();
}

/** Aborts tasks, and then whatever nobody wants any more. */
export function abort(tasks: Node[], reason: unknown): void {
  const controllers: AbortController[] = [];
  for (let i = 0; i < tasks.length; i++) {
    const task = tasks[i] as Node;
    if (task.state >= FULFILLED) continue;
    if (task.controller) controllers.push(task.controller);
    const upstream =
      task.state < READY ? (task.data as unknown[]) : task.state === RETURNED ? [task.data] : [];
    settle(task, REJECTED, reason, ABORTED);
    for (const dependency of upstream) {
      if (Node.is(dependency) && isUnwanted(dependency)) tasks.push(dependency);
    }
  }
  for (const controller of controllers) controller.abort(reason);
}

function isUnwanted(task: Node): boolean {
  if (task.state >= FULFILLED || (task.flags & CHAINED) !== 0) return false;
  if (task.first || (task.rest && task.rest.tasks.length > task.rest.gone)) return false;
  return task.state !== RUNNING || !!task.controller;
}
