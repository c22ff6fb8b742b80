import type { Body, Definition } from "./definition.ts";
import { append, hasDependents, isArray, leave } from "./dependents.ts";
import {
  ABORTED,
  BODY,
  CHAINED,
  FULFILLED,
  Node,
  ONE,
  READY,
  REJECTED,
  RETURNED,
  RUNNING,
} from "./node.ts";
import { EDGE, ENDED, READIED, SETTLED, STARTED, listener } from "./observe.ts";
import type { EdgeKind } from "./observer.ts";
import { resolved } from "./promise.ts";
import { keep } from "./group.ts";
import { flush, hold, push } from "./queue.ts";
import { guardedThenOf, isObject, type Then } from "./thenable.ts";

const nativeThen = Promise.prototype.then;

/** The task whose body is in its synchronous part. */
export let running: Node | undefined;

/** Has `task` wait for a dependency, and tells whether that has failed. */
export function depend(task: Node, dependency: Node, kind: EdgeKind, index: number): boolean {
  if (kind !== "order") dependency.takeOver();
  listener?.(EDGE, task, dependency, kind, index);
  if (dependency.state >= FULFILLED) return dependency.state === REJECTED;
  if (task.state < READY) task.state--;
  append(dependency, task);
  return false;
}

/** To be called when something that `task` waits for has settled. After the last, it is ready. */
export function advance(task: Node): void {
  if (++task.state < READY) return;
  listener?.(READIED, task);
  const { limit } = task.definition!;
  if (!limit || limit.enter(task)) launch(task);
}

export function launch(task: Node): void {
  if (typeof task.context === "function") task.context();
  else push(task);
}

/** Runs the body of a task that is ready, in the async context of its call. */
export function start(task: Node): void {
  if (task.state !== READY) return;
  const { definition, data, extra } = task;
  const { fn, isList, options } = definition!;
  const read = options.settled ? outcomeOf : valueOf;
  const isOne = (task.flags & ONE) !== 0;
  const isSingle = isOne || isList;
  const input = isOne ? read(data) : replace(data as unknown[], read);
  const self = extra?.self;
  task.state = RUNNING;
  task.flags |= ONE;
  task.data = task.context = undefined;
  const body = (listener?.(STARTED, task, fn) as Body | undefined) ?? fn;
  let result: unknown;
  running = task;
  try {
    // Most are called with one argument, and without a `this`: that is quicker without an array.
    result =
      isSingle && self === undefined ? body(input) : Reflect.apply(body, self, isSingle ? [input] : (input as unknown[]));
  } catch (error) {
    running = undefined;
    return end(task, REJECTED, error);
  }
  running = undefined;
  if (isObject(result)) resolve(task, result, true);
  else end(task, FULFILLED, result);
}

function valueOf(input: unknown): unknown {
  return Node.is(input) ? input.data : input;
}

function replace(inputs: unknown[], read: (input: unknown) => unknown): unknown[] {
  for (let i = 0; i < inputs.length; i++) inputs[i] = read(inputs[i]);
  return inputs;
}

/** What a task has been called with, until it starts, or what it waits for after that. */
function inputsOf({ flags }: Node, data: unknown): unknown[] {
  return (flags & ONE) === 0 ? (data as unknown[]) : [data];
}

function outcomeOf(input: unknown): PromiseSettledResult<unknown> {
  return Node.is(input) && input.state === REJECTED
    ? { status: "rejected", reason: input.data }
    : { status: "fulfilled", value: valueOf(input) };
}

/** A body has returned a handle: its task waits again, for that one, and the body of that one keeps the slots. */
function follow(task: Node, dependency: Node): void {
  finish(task);
  passOn(task, dependency);
  if (task.state === REJECTED) {
    release(task);
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
  const then = guardedThenOf(result);
  if (then === nativeThen) watch(task, result as Promise<unknown>);
  else if (isReturned && Node.is(result)) follow(task, result);
  else if (then) subscribe(task, result, then);
  else end(task, FULFILLED, result);
}

/** Has `task` settle as a thenable does whose `then` has been read. */
export function subscribe(task: Node, thenable: unknown, then: Then): void {
  if (then === nativeThen) watch(task, thenable as Promise<unknown>);
  else void resolved.then(() => assimilate(task, thenable, then));
}

function watch(task: Node, promise: Promise<unknown>): void {
  try {
    void nativeThen.call(promise, conclude(task, FULFILLED), conclude(task, REJECTED));
  } catch (error) {
    end(task, REJECTED, error);
  }
}

function conclude(task: Node, state: number): (outcome: unknown) => void {
  return (outcome) => {
    hold();
    end(task, state, outcome);
    flush();
  };
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
  if (task.state === RUNNING) return settle(task, state, outcome, 0);
  finish(task);
  release(task);
}

/** The body of a task has ended, and does not settle it by that. */
function finish(task: Node): void {
  task.flags &= ~BODY;
  listener?.(ENDED, task);
}

/** Settles a task as its dependency has. */
export function settleAs(task: Node, { state, data, flags }: Node): void {
  settle(task, state, data, flags & ABORTED);
}

/** Settles a task, and all that settle because of it. */
export function settle(task: Node, state: number, outcome: unknown, aborted: number): void {
  close(task, state, outcome, aborted);
  const dependent = task.dependents as Node | undefined;
  // The most frequent case: one dependent, that waits for arguments. A list has no state.
  if (state === FULFILLED && dependent && dependent.state < READY) {
    task.dependents = undefined;
    advance(dependent);
  } else if (dependent) cascade([task]);
}

function cascade(closed: Node[]): void {
  for (const task of closed) {
    const { dependents } = task;
    task.dependents = undefined;
    if (isArray(dependents)) for (const dependent of dependents) inform(dependent, task, closed);
    else if (dependents) inform(dependents, task, closed);
  }
}

/** Tells a dependent that one of its dependencies has settled, and adds it to `closed` if that settles it too. */
function inform(dependent: Node, dependency: Node, closed: Node[]): void {
  if (dependent.state < READY && (dependency.state === FULFILLED || !isFailedBy(dependent, dependency))) {
    advance(dependent);
  } else if (dependent.state < READY || dependent.state === RETURNED) {
    close(dependent, dependency.state, dependency.data, dependency.flags & ABORTED);
    closed.push(dependent);
  }
}

function isFailedBy(task: Node, dependency: Node): boolean {
  return !task.definition!.options.settled && inputsOf(task, task.data).includes(dependency);
}

function close(task: Node, state: number, outcome: unknown, aborted: number): void {
  const { state: before, data, definition } = task;
  task.state = state;
  task.data = outcome;
  task.definition = undefined;
  if (before !== RUNNING || aborted) withdraw(task, before, data, definition!, aborted);
  definition!.cancellation?.leave(task);
  if (task.extra && (task.flags & BODY) === 0) release(task);
  task.announce();
  listener?.(SETTLED, task, before);
}

/** Takes a task that has settled out of what it was waiting for. */
function withdraw(task: Node, before: number, data: unknown, { after, limit }: Definition, aborted: number): void {
  task.context = undefined;
  task.flags |= aborted;
  [...inputsOf(task, data), ...after].forEach(part);
  if (before === RUNNING) task.flags |= BODY;
  else if (before === RETURNED) passOn(task, data as Node);
  else limit?.queue.delete(task);
}

function part(source: unknown): void {
  if (Node.is(source) && source.state < FULFILLED) leave(source);
}

/** Leaves the slots of a task to a handle that it returned, if that has not ended. */
function passOn({ extra }: Node, heir: Node): void {
  if (!extra?.slots || (heir.state >= FULFILLED && (heir.flags & BODY) === 0)) return;
  keep(heir, ...extra.slots);
  extra.slots = undefined;
}

/** Gives up what was kept for the body of a task. */
function release(task: Node): void {
  const slots = task.extra?.slots;
  task.extra = undefined;
  slots?.forEach((slot) => slot.leave());
}

/** Aborts tasks, and then whatever nobody wants any more. */
export function abort(tasks: Node[], reason: unknown): void {
  const controllers: AbortController[] = [];
  for (const task of tasks) {
    if (task.state >= FULFILLED) continue;
    if (task.extra?.controller) controllers.push(task.extra.controller);
    const upstream = inputsOf(task, task.data);
    settle(task, REJECTED, reason, ABORTED);
    for (const dependency of upstream) {
      if (Node.is(dependency) && isUnwanted(dependency)) tasks.push(dependency);
    }
  }
  controllers.forEach((controller) => controller.abort(reason));
}

function isUnwanted(task: Node): boolean {
  if (task.state >= FULFILLED || (task.flags & CHAINED) !== 0 || hasDependents(task)) return false;
  return task.state !== RUNNING || !!task.extra?.controller;
}
