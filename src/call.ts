import { carryNothing } from "./context.ts";
import { type After, Definition, type Then } from "./definition.ts";
import { abort, depend, ready, running, settleAs, start, subscribe } from "./graph.ts";
import { Task } from "./handle.ts";
import { BODY, HANDLED, Node, REJECTED, RUNNING } from "./node.ts";
import { emit, observers } from "./observe.ts";

const foreign = new Definition(() => {}, "promise", {}, [], false, undefined, undefined, carryNothing);

/** Calls a task: makes its handle, ties it to what it depends on, and has it start when that has settled. */
export function invoke<T>(definition: Definition, self: unknown, args: unknown[]): Task<T> {
  // All thenables are read before the first edge is made: a `then` getter may do anything, abort a handle too.
  for (let i = 0; i < args.length; i++) args[i] = sourceOf(args[i]);
  for (const after of definition.after) after.source ??= adopt(after.thenable, after.then!);

  const task = new Task<T>(definition, self, args);
  if (observers !== undefined) emit("invoked", task, definition, running);
  let failed: Node | undefined;
  for (let i = 0; i < args.length; i++) {
    const source = args[i];
    if (!Node.is(source)) continue;
    depend(task, source, "data", i);
    if (source.state === REJECTED) failed ??= source;
  }
  for (let i = 0; i < definition.after.length; i++) depend(task, definition.after[i]!.source!, "order", i);

  task.context = definition.carry(task, start);
  definition.cancellation?.enter(task);
  if (failed !== undefined && !definition.settled) settleAs(task, failed);
  else if (--task.waiting === 0) ready(task);
  if (definition.cancellation?.signal.aborted) abort([task], definition.cancellation.signal.reason);
  return task;
}

/** What a task depends on for one argument: the handle, or a stand-in for any other thenable, or else the plain value. */
function sourceOf(argument: unknown): unknown {
  if ((typeof argument !== "object" || argument === null) && typeof argument !== "function") return argument;
  if (Node.is(argument)) return argument;
  let then: unknown;
  try {
    then = (argument as { then?: unknown }).then;
  } catch (error) {
    return adopt(argument, () => {
      throw error;
    });
  }
  return typeof then === "function" ? adopt(argument, then as Then) : argument;
}

function adopt(thenable: unknown, then: Then): Node {
  const source = new Task(foreign, undefined, undefined);
  // Running, and so out of reach of an abort: its outcome has to be taken charge of in any case.
  source.state = RUNNING;
  source.flags = BODY | HANDLED;
  subscribe(source, thenable, then);
  return source;
}

/** Reads the `then` of what a function is to come after. */
export function afterOf(thenable: unknown): After | undefined {
  if (Node.is(thenable)) return { source: thenable, thenable, then: undefined };
  if ((typeof thenable !== "object" || thenable === null) && typeof thenable !== "function") return undefined;
  const { then } = thenable as { then?: unknown };
  return typeof then === "function" ? { source: undefined, thenable, then: then as Then } : undefined;
}
