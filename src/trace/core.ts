import type {
  ABORTED as Aborted,
  BODY as Body,
  FULFILLED as Fulfilled,
  Node,
  ONE as One,
  READY as Ready,
  REJECTED as Rejected,
  RETURNED as Returned,
  RUNNING as Running,
} from "../node.ts";

// The entries share the core's tasks, but not its modules. The compiler holds these to be the core's own.
export const READY: typeof Ready = 0;
export const RUNNING: typeof Running = 1;
export const RETURNED: typeof Returned = 2;
export const FULFILLED: typeof Fulfilled = 3;
export const REJECTED: typeof Rejected = 4;
export const ABORTED: typeof Aborted = 4;
export const BODY: typeof Body = 8;
export const ONE: typeof One = 16;

export function isSettled(task: Node): boolean {
  return task.state >= FULFILLED;
}

export function isWaiting(task: Node): boolean {
  return task.state < READY;
}

/** Whether a settled task was aborted, or failed because of an abort. */
export function isAborted(task: Node): boolean {
  return (task.flags & ABORTED) !== 0;
}

/** Whether the body of a task has started and has not ended. */
export function hasBody(task: Node): boolean {
  return task.state === RUNNING || (task.flags & BODY) !== 0;
}

/** Whether a ready task waits for a slot of its group. */
export function isQueued(task: Node): boolean {
  return task.definition?.limit?.queue.has(task) === true;
}

/** What a task that has not started was called with. */
export function inputsOf({ data, flags }: Node): unknown[] {
  return (flags & ONE) === 0 ? (data as unknown[]) : [data];
}
