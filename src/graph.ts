import type { Scope } from "./context.ts";
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
import { EDGE, ENDED, READIED, SETTLED, emit, listeners, surround } from "./observe.ts";
import type { EdgeKind } from "./observer.ts";
import { resolved } from "./promise.ts";
import { append, head, leave, shift } from "./ring.ts";
import { hold } from "./group.ts";
import { createQueue } from "./queue.ts";
import { guardedThenOf, isObject, type Then } from "./thenable.ts";

const nativeThen = Promise.prototype.then;
const queue = createQueue(enter);

/** The task whose body is in its synchronous part. */
export let running: Node | undefined;

/** Has `task` wait for a dependency, and tells whether that has failed. */
export function depend(task: Node, dependency: Node, kind: EdgeKind, index: number): boolean {
  if (kind !== "order") dependency.takeOver();
  if (listeners) emit(EDGE, task, dependency, kind, index);
  if (dependency.state >= FULFILLED) return dependency.state === REJECTED;
  if (task.state < READY) task.state--;
  append(dependency, task);
  return false;
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
  if (task.context) (task.context as Scope).runInAsyncScope(start, undefined, task);
  else start(task);
}

/** Runs the body of a task that is ready, in the async context of its call. */
export function start(task: Node): void {
  if (task.state !== READY) return;
  const { definition, data, extra } = task;
  const values = definition!.options.settled ? (data as unknown[]).map(outcomeOf) : valuesOf(data as unknown[]);
  task.state = RUNNING;
  task.data = task.context = undefined;
  const fn = listeners ? surround(task, definition!.fn) : definition!.fn;
  const self = extra?.self;
  const args = definition!.isList ? [values] : values;
  let result: unknown;
  running = task;
  try {
    result = Reflect.apply(fn, self, args);
  } catch (error) {
    running = undefined;
    return end(task, REJECTED, error);
  }
  running = undefined;
  if (isObject(result)) resolve(task, result, true);
  else end(task, FULFILLED, result);
}

function valuesOf(inputs: unknown[]): unknown[] {
  for (let i = 0; i < inputs.length; i++) {
    const input = inputs[i];
    if (Node.is(input)) inputs[i] = input.data;
  }
  return inputs;
}

function outcomeOf(input: unknown): PromiseSettledResult<unknown> {
  if (!Node.is(input)) return { status: "fulfilled", value: input };
  const { state, data } = input;
  return state === REJECTED ? { status: "rejected", reason: data } : { status: "fulfilled", value: data };
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

function watch(task: Node, promise: Promise<unknown>): void {
  try {
    void nativeThen.call(promise, fulfilled.bind(task), rejected.bind(task));
  } catch (error) {
    end(task, REJECTED, error);
  }
}

function fulfilled(this: Node, value: unknown): void { conclude(this, FULFILLED, value) }
function rejected(this: Node, value: unknown): void { conclude(this, REJECTED, value) }

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
  if (task.state === RUNNING) return settle(task, state, outcome, 0);
  finish(task);
  release(task);
}

/** The body of a task has ended, and does not settle it by that. */
function finish(task: Node): void {
  task.flags &= ~BODY;
  if (listeners) emit(ENDED, task);
}

/** Settles a task as its dependency has. */
export function settleAs(task: Node, { state, data, flags }: Node): void {
  settle(task, state, data, flags & ABORTED);
}

/** Settles a task, and all that settle because of it. */
function settle(task: Node, state: number, outcome: unknown, aborted: number): void {
  close(task, state, outcome, aborted);
  const { last } = task;
  if (!last) return;
  // The most frequent case: one dependent, that waits for arguments.
  if (last.next === last && state === FULFILLED && last.task.state < READY) {
    task.last = undefined;
    if (++last.task.state === READY) ready(last.task);
  } else cascade([task]);
}

function cascade(closed: Node[]): void {
  for (let i = 0; i < closed.length; i++) {
    const node = closed[i]!;
    for (let dependent = shift(node); dependent; dependent = shift(node)) inform(dependent, node, closed);
  }
}

/** Tells a dependent that one of its dependencies has settled, and adds it to `closed` if that settles it too. */
function inform(dependent: Node, dependency: Node, closed: Node[]): void {
  if (dependent.state < READY && (dependency.state === FULFILLED || !isFailedBy(dependent, dependency))) {
    if (++dependent.state === READY) ready(dependent);
  } else if (dependent.state < READY || dependent.state === RETURNED) {
    close(dependent, dependency.state, dependency.data, dependency.flags & ABORTED);
    closed.push(dependent);
  }
}

function isFailedBy({ definition, data }: Node, dependency: Node): boolean {
  return !definition!.options.settled && (data as unknown[]).includes(dependency);
}

function close(task: Node, state: number, outcome: unknown, aborted: number): void {
  const before = task.state;
  const { data, definition } = task;
  task.state = state;
  task.data = outcome;
  task.definition = undefined;
  if (before !== RUNNING || aborted) withdraw(task, before, data, definition!, aborted);
  definition!.cancellation?.leave(task);
  if (task.extra && (task.flags & BODY) === 0) release(task);
  task.announce();
  if (listeners) emit(SETTLED, task, before);
}

/** Takes a task that has settled out of what it was waiting for. */
function withdraw(task: Node, before: number, data: unknown, { after, limit }: Definition, aborted: number): void {
  task.context = undefined;
  task.flags |= aborted;
  if (before < READY) {
    [...(data as unknown[]), ...after].forEach(part);
  } else if (before === RUNNING) task.flags |= BODY;
  else if (before === RETURNED) {
    part(data);
    passOn(task, data as Node);
  } else if ((task.flags & QUEUED) !== 0) leave(limit!);
}

function part(source: unknown): void {
  if (Node.is(source) && source.state < FULFILLED) leave(source);
}

/** Leaves the slots of a task to a handle that it returned, if that has not ended. */
function passOn({ extra }: Node, heir: Node): void {
  if (!extra?.slots || (heir.state >= FULFILLED && (heir.flags & BODY) === 0)) return;
  hold(heir, ...extra.slots);
  extra.slots = undefined;
}

/** Gives up what was kept for the body of a task. */
function release(task: Node): void {
  const slots = task.extra?.slots;
  task.extra = undefined;
  slots?.forEach((slot) => {
    const next = slot.leave();
    if (next) launch(next);
  });
}

/** Aborts tasks, and then whatever nobody wants any more. */
export function abort(tasks: Node[], reason: unknown): void {
  const controllers: AbortController[] = [];
  for (let i = 0; i < tasks.length; i++) {
    const task = tasks[i] as Node;
    if (task.state >= FULFILLED) continue;
    if (task.extra?.controller) controllers.push(task.extra.controller);
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
  if (task.state >= FULFILLED || (task.flags & CHAINED) !== 0 || head(task)) return false;
  return task.state !== RUNNING || !!task.extra?.controller;
}
