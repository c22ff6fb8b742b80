import { carryNothing } from "./context.ts";
import { Definition } from "./definition.ts";
import { show } from "./errors.ts";
import { advance, depend,  running, settleAs, start, subscribe } from "./graph.ts";
import { handleOf, type Task } from "./handle.ts";
import { HANDLED, Node, ONE, RUNNING } from "./node.ts";
import { INVOKED, listener } from "./observe.ts";
import { guardedThenOf, isObject, type Then, thenOf } from "./thenable.ts";

const foreign = new Definition(carryNothing, "promise", true);

/** Calls a task: makes its handle, ties it to what it depends on, and has it start when that has settled. */
export function invoke<T>(definition: Definition, self: unknown, args: unknown[]): Task<T> {
  // All thenables are read before the first edge is made: a `then` getter may do anything, abort a handle too.
  for (let i = 0; i < args.length; i++) args[i] = sourceOf(args[i]);
  const task = create(definition, self, args, 0);
  let failed: Node | undefined;
  for (let i = 0; i < args.length; i++) {
    const source = connect(task, args[i], i);
    failed ??= source;
  }
  return begin(task, failed);
}

/** The same with one argument, as most calls are: it needs no list. */
export function invokeOne<T>(definition: Definition, self: unknown, arg: unknown): Task<T> {
  const source = sourceOf(arg);
  const task = create(definition, self, source, ONE);
  return begin(task, connect(task, source, 0));
}

function create(definition: Definition, self: unknown, data: unknown, flags: number): Node {
  definition.after.forEach(activate);
  const task = new Node(definition, data, flags);
  if (self !== undefined) task.extra = { self };
  listener?.(INVOKED, task, definition, running);
  return task;
}

/** Has a task wait for an argument, if that is a handle. Returns it if it has failed. */
function connect(task: Node, source: unknown, index: number): Node | undefined {
  return Node.is(source) && depend(task, source, "data", index) ? source : undefined;
}

function begin<T>(task: Node, failed: Node | undefined): Task<T> {
  const { after, cancellation, carry, options } = task.definition!;
  for (let i = 0; i < after.length; i++) depend(task, after[i]!, "order", i);
  task.context = carry(task, start);
  if (failed && !options.settled) settleAs(task, failed);
  else advance(task);
  cancellation?.enter(task);
  return handleOf(task);
}

/** What a task depends on for an argument that is no handle: a stand-in for a thenable, or else the plain value. */
function sourceOf(argument: unknown): unknown {
  if (!isObject(argument) || Node.is(argument)) return argument;
  const then = guardedThenOf(argument);
  return then ? activate(standIn(argument, then)) : argument;
}

/** What a function is to come after: the handle, or a stand-in for any other thenable, whose `then` is now read. */
export function afterOf(thenable: unknown): Node {
  if (Node.is(thenable)) return thenable;
  const then = thenOf(thenable);
  if (then) return standIn(thenable, then);
  throw new TypeError(`Cannot run a task after ${show(thenable)}: expected a thenable`);
}

function standIn(thenable: unknown, then: Then): Node {
  const source = new Node(foreign, then, HANDLED);
  // Running, and so out of reach of an abort: its outcome has to be taken charge of in any case.
  source.state = RUNNING;
  source.extra = { self: thenable };
  return source;
}

/** Has a stand-in settle as its thenable does. Of no effect the second time, and on other tasks. */
function activate(source: Node): Node {
  const { data, definition, extra } = source;
  if (definition === foreign && data) {
    source.extra = source.data = undefined;
    subscribe(source, extra!.self, data as Then);
  }
  return source;
}
