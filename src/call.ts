import { Definition, plain } from "./definition.ts";
import { show } from "./errors.ts";
import { depend, ready, running, settleAs, start, subscribe } from "./graph.ts";
import { handleOf, type Task } from "./handle.ts";
import { HANDLED, Node, READY, RUNNING } from "./node.ts";
import { INVOKED, emit, listeners } from "./observe.ts";
import { guardedThenOf, isObject, type Then, thenOf } from "./thenable.ts";

const foreign = new Definition(() => {}, "promise", plain, [], true);

/** Calls a task: makes its handle, ties it to what it depends on, and has it start when that has settled. */
export function invoke<T>(definition: Definition, self: unknown, args: unknown[]): Task<T> {
  const { after, cancellation } = definition;
  // All thenables are read before the first edge is made: a `then` getter may do anything, abort a handle too.
  for (let i = 0; i < args.length; i++) {
    if (isObject(args[i]) && !Node.is(args[i])) args[i] = sourceOf(args[i]);
  }
  for (let i = 0; i < after.length; i++) activate(after[i]!);

  const task = new Node(definition, args);
  if (self !== undefined) task.extra = { self };
  if (listeners) emit(INVOKED, task, definition, running);
  let failed: Node | undefined;
  for (let i = 0; i < args.length; i++) {
    const source = args[i];
    if (Node.is(source) && depend(task, source, "data", i)) failed ??= source;
  }
  for (let i = 0; i < after.length; i++) depend(task, after[i]!, "order", i);

  task.context = definition.carry(task, start);
  if (failed && !definition.options.settled) settleAs(task, failed);
  else if (++task.state === READY) ready(task);
  cancellation?.enter(task);
  return handleOf(task);
}

/** What a task depends on for an argument that is no handle: a stand-in for a thenable, or else the plain value. */
function sourceOf(argument: unknown): unknown {
  const then = guardedThenOf(argument);
  if (!then) return argument;
  const source = standIn(argument, then);
  activate(source);
  return source;
}

/** What a function is to come after: the handle, or a stand-in for any other thenable, whose `then` is now read. */
export function afterOf(thenable: unknown): Node {
  if (Node.is(thenable)) return thenable;
  const then = thenOf(thenable);
  if (then) return standIn(thenable, then);
  throw new TypeError(`Cannot run a task after ${show(thenable)}: expected a thenable`);
}

function standIn(thenable: unknown, then: Then): Node {
  const source = new Node(foreign, then);
  // Running, and so out of reach of an abort: its outcome has to be taken charge of in any case.
  source.state = RUNNING;
  source.flags = HANDLED;
  source.extra = { self: thenable };
  return source;
}

/** Has a stand-in settle as its thenable does. Of no effect the second time, and on other tasks. */
function activate(source: Node): void {
  const { data, definition, extra } = source;
  if (definition !== foreign || !data) return;
  source.extra = source.data = undefined;
  subscribe(source, extra!.self, data as Then);
}
