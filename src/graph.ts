import type { Then } from "./definition.ts";
import { dropSlots, type Limit, takeSlots } from "./group.ts";
import {
  ABORTED,
  BODY,
  CHAINED,
  FULFILLED,
  Node,
  READY,
  REJECTED,
  RETURNED,
  RUNNING,
  SLOTS,
  WAITING,
} from "./node.ts";
import { type EdgeKind, emit, observers, surround } from "./observe.ts";
import { announce, resolved, takeOver } from "./promise.ts";
import { createQueue } from "./queue.ts";
import { Roster } from "./roster.ts";

const nativeThen = Promise.prototype.then;
const queue = createQueue(enter);

/** The task whose body is in its synchronous part. */
export let running: Node | undefined;

/** Has `task` wait for a dependency. */
export function depend(task: Node, dependency: Node, kind: EdgeKind, index: number): void {
  if (kind !== "order") takeOver(dependency);
  if (observers !== undefined) emit("edge", task, dependency, kind, index);
  if (dependency.state >= FULFILLED) return;
  task.waiting++;
  if (dependency.first === undefined) dependency.first = task;
  else (dependency.rest ??= new Roster()).add(task);
}

/** To be called when all that `task` waits for has settled. */
export function ready(task: Node): void {
  task.state = READY;
  if (observers !== undefined) emit("ready", task);
  const limit = task.definition!.limit;
  if (limit === undefined || limit.enter(task)) launch(task);
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
  const values = definition.settled ? inputs.map(outcomeOf) : valuesOf(inputs);
  task.state = RUNNING;
  task.flags |= BODY;
  task.self = task.data = task.context = undefined;
  if (observers !== undefined) emit("started", task);
  const body = (): unknown => Reflect.apply(definition.fn, self, definition.spread ? values : [values]);
  let result: unknown;
  running = task;
  try {
    result = observers === undefined ? body() : surround(task, body);
  } catch (error) {
    running = undefined;
    end(task, REJECTED, error);
    return;
  }
  running = undefined;
  if (Node.is(result)) follow(task, result);
  else resolve(task, result);
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
  if (input.state === FULFILLED) return { status: "fulfilled", value: input.data };
  return { status: "rejected", reason: input.data };
}

/** A body has returned a handle: its task waits again, for that one. */
function follow(task: Node, dependency: Node): void {
  if (dependency === task) {
    end(task, REJECTED, new TypeError("Cannot settle a task with its own handle: its body returned it"));
    return;
  }
  task.flags &= ~BODY;
  if (observers !== undefined) emit("ended", task);
  if ((task.flags & SLOTS) !== 0) passSlots(task, dependency);
  if (task.state === REJECTED) {
    takeOver(dependency);
    if (isUnwanted(dependency)) abort([dependency], task.data);
    return;
  }
  task.state = RETURNED;
  task.data = dependency;
  depend(task, dependency, "returned", 0);
  if (dependency.state >= FULFILLED) settleAs(task, dependency);
}

/** The slots of `task` stay taken until the body of the handle that it returned has ended too. */
function passSlots(task: Node, dependency: Node): void {
  let last = dependency;
  while (last.state === RETURNED) last = last.data as Node;
  if (last === task) return;
  const slots = dropSlots(task);
  if (last.state < FULFILLED || (last.flags & BODY) !== 0) takeSlots(last, slots);
  else free(slots);
}

/** A body has given a result, or a thenable that stands for it has. */
function resolve(task: Node, result: unknown): void {
  let then: unknown;
  if ((typeof result === "object" && result !== null) || typeof result === "function") {
    try {
      if (result === task) throw new TypeError("Cannot settle a task with its own handle: it resolves to itself");
      then = (result as { then?: unknown }).then;
    } catch (error) {
      end(task, REJECTED, error);
      return;
    }
  }
  if (typeof then === "function") subscribe(task, result, then as Then);
  else end(task, FULFILLED, result);
}

/** Has `task` settle as a thenable does whose `then` has been read. */
export function subscribe(task: Node, thenable: unknown, then: Then): void {
  if (then !== nativeThen) {
    void resolved.then(() => assimilate(task, thenable, then));
    return;
  }
  try {
    nativeThen.call(
      thenable,
      (value) => {
        end(task, FULFILLED, value);
        queue.flush();
      },
      (reason) => {
        end(task, REJECTED, reason);
        queue.flush();
      },
    );
  } catch (error) {
    end(task, REJECTED, error);
  }
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
    Reflect.apply(then, thenable, [first((value) => resolve(task, value)), fail]);
  } catch (error) {
    fail(error);
  }
}

/** A body has ended. The task settles so, unless it was aborted before. */
function end(task: Node, state: number, outcome: unknown): void {
  task.flags &= ~BODY;
  if (observers !== undefined) emit("ended", task);
  if (task.state === RUNNING) settle(task, state, outcome, 0);
  else if ((task.flags & SLOTS) !== 0) free(dropSlots(task));
}

function free(slots: Limit[]): void {
  for (const slot of slots) {
    const next = slot.leave();
    if (next !== undefined) launch(next);
  }
}

export function settleAs(task: Node, dependency: Node): void {
  settle(task, dependency.state, dependency.data, dependency.flags & ABORTED);
}

/** Settles a task, and all that settle because of it. */
function settle(task: Node, state: number, outcome: unknown, aborted: number): void {
  close(task, state, outcome, aborted);
  let closed: Node[] | undefined;
  let next = 0;
  let node: Node | undefined = task;
  while (node !== undefined) {
    const { first, rest } = node;
    node.first = node.rest = undefined;
    if (first !== undefined && isClosedBy(first, node)) (closed ??= []).push(first);
    if (rest !== undefined) {
      for (const dependent of rest.tasks) {
        if (isClosedBy(dependent, node)) (closed ??= []).push(dependent);
      }
    }
    node = closed?.[next++];
  }
}

/** Tells a dependent that one of its dependencies has settled, and whether that settles the dependent too. */
function isClosedBy(dependent: Node, dependency: Node): boolean {
  if (dependent.state === WAITING) {
    if (dependency.state === FULFILLED || !isFailedBy(dependent, dependency)) {
      if (--dependent.waiting === 0) ready(dependent);
      return false;
    }
  } else if (dependent.state !== RETURNED) return false;
  close(dependent, dependency.state, dependency.data, dependency.flags & ABORTED);
  return true;
}

function isFailedBy({ definition, data }: Node, dependency: Node): boolean {
  if (definition!.settled) return false;
  return definition!.after.length === 0 || (data as unknown[]).includes(dependency);
}

function close(task: Node, state: number, outcome: unknown, aborted: number): void {
  const { state: before, data, definition } = task;
  task.state = state;
  task.flags |= aborted;
  task.data = outcome;
  task.definition = task.self = task.context = task.controller = undefined;
  if (before === WAITING) {
    for (const input of data as unknown[]) if (Node.is(input)) leave(input, task);
    for (const { source } of definition!.after) leave(source!, task);
  } else if (before === RETURNED) leave(data as Node, task);
  else if (before === READY && definition!.limit !== undefined && (task.flags & SLOTS) === 0) {
    definition!.limit.queue.leave();
  }
  definition!.cancellation?.leave(task);
  if ((task.flags & (SLOTS | BODY)) === SLOTS) free(dropSlots(task));
  announce(task);
  if (observers !== undefined) emit("settled", task);
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
    if (task.controller !== undefined) controllers.push(task.controller);
    const upstream =
      task.state === WAITING ? (task.data as unknown[]) : task.state === RETURNED ? [task.data] : [];
    settle(task, REJECTED, reason, ABORTED);
    for (const dependency of upstream) {
      if (Node.is(dependency) && isUnwanted(dependency)) tasks.push(dependency);
    }
  }
  for (const controller of controllers) controller.abort(reason);
}

function isUnwanted(task: Node): boolean {
  if (task.state >= FULFILLED || (task.flags & CHAINED) !== 0) return false;
  if (task.first !== undefined || (task.rest !== undefined && task.rest.size > 0)) return false;
  return task.state !== RUNNING || task.controller !== undefined;
}
