import type { Task } from "../../mod.ts";

/**
 * Where a recorded task stands: `waiting` for what it depends on, `ready` and waiting for a concurrency slot or its
 * turn, `running`, or how it ended. A task that was aborted, or that failed because of an abort, is `aborted`.
 */
export type Status = "waiting" | "ready" | "running" | "fulfilled" | "failed" | "aborted";

/** What a task waited for. */
export interface Dependency {
  /** The `id` of the task; `undefined` for another promise, and for a task invoked before the recording. */
  readonly task: number | undefined;
  /** `data`: an argument; `order`: only waited for; `returned`: the handle that the body returned. */
  readonly kind: "data" | "order" | "returned";
  /** Which argument it is, or which of the order-only dependencies, counted from 0. */
  readonly index: number;
}

/** A recorded task, as it stood when it was read. Times are milliseconds on the clock of `performance.now()`. */
export interface RecordedTask {
  /** Counts the tasks of a recording from 1, in the order in which they were invoked. */
  readonly id: number;
  /** The option `name`, or the function's name, or with `stacks` the call site, or else the id as `#1`. */
  readonly name: string;
  /** Where the task stood. */
  readonly status: Status;
  /** What it waits or waited for. */
  readonly dependencies: readonly Dependency[];
  /** The `id` of the task in whose body it was invoked, where that is known. */
  readonly parent: number | undefined;
  /** When it was called. */
  readonly invoked: number;
  /** When all that it depends on had settled. */
  readonly ready: number | undefined;
  /** When its body started. */
  readonly started: number | undefined;
  /** When its body ended: before `settled` if it returned a handle, after it if the task was aborted. */
  readonly ended: number | undefined;
  /** When its handle settled. */
  readonly settled: number | undefined;
  /** Milliseconds that it was ready and waited for a concurrency slot. */
  readonly waitedForSlot: number;
  /** Why it failed or was aborted; `undefined` unless it was. */
  readonly reason: unknown;
  /** The `id` of the task where the failure or the abort began: its own, or that of one that it depends on. */
  readonly origin: number | undefined;
  /** With `stacks`, where it was invoked: the frames of the call, the innermost first. */
  readonly stack: string | undefined;
}

/** Something that happened to a task. */
export interface TraceEvent {
  /** What happened. `returned`: the body has returned another handle, and the task waits for that one. */
  readonly type: "invoked" | "ready" | "started" | "returned" | "ended" | "settled";
  /** When it happened, in milliseconds on the clock of `performance.now()`. */
  readonly time: number;
  /** The task, as it stood right then. */
  readonly task: RecordedTask;
}

/**
 * What a run amounted to. Durations are milliseconds; what is pending is measured up to now. A body that runs on after
 * its task was aborted counts up to the abort.
 */
export interface Summary {
  /** How many tasks the recording holds. */
  readonly total: number;
  /** How many older ones its `limit` has dropped; they count in nothing else here. */
  readonly dropped: number;
  /** How many of those that it holds have each status. */
  readonly tasks: Readonly<Record<Status, number>>;
  /** From the first invocation to the last outcome. */
  readonly makespan: number;
  /** The sum of all body times. */
  readonly work: number;
  /** The chain of dependencies that took the longest. No schedule of the same bodies can take less than its length. */
  readonly criticalPath: { readonly tasks: readonly RecordedTask[]; readonly length: number };
  /** How much longer than the critical path the run took, as a fraction of it: 0.01 is 1 %. */
  readonly above: number;
  /** `work` divided by `makespan`: how many bodies ran at once on average. */
  readonly parallelism: number;
  /** How many bodies ran at once at most. */
  readonly atOnce: number;
  /** The sum of the times that tasks waited for concurrency slots. */
  readonly waitedForSlots: number;
}

/** What {@linkcode trace} is to record. */
export interface TraceOptions {
  /** How many tasks to keep, the newest: an integer from 1, or `Infinity`, as it is by default. */
  readonly limit?: number | undefined;
  /**
   * Whether tasks appear in the Performance panel of Chrome's developer tools, as tracks of their own, and the async
   * stack of a body leads to the line that invoked the task.
   */
  readonly devtools?: boolean | undefined;
  /** Whether to remember where each task was invoked. Costs some microseconds a task. */
  readonly stacks?: boolean | undefined;
}

/** A recording of every task that is invoked from the moment it was made until it is stopped. */
export interface Recording {
  /** The tasks, the newest `limit` of them, in the order in which they were invoked. A new list whenever it is read. */
  readonly tasks: readonly RecordedTask[];
  /** How many tasks were left out because of `limit`. */
  readonly dropped: number;
  /** When the recording began, in milliseconds on the clock of `performance.now()`. */
  readonly begun: number;
  /** The present on the same clock; once the recording has been stopped, the moment of that. */
  readonly now: number;
  /** Adds up the recorded tasks. */
  summary(): Summary;
  /**
   * Says in words what a pending task is waiting for, down to the tasks that run or are stuck; names deadlocks.
   *
   * @param handle What the call of a task returned, recorded or not.
   * @throws {TypeError} For what is no handle.
   */
  why(handle: Task<unknown>): string;
  /**
   * Waits until no recorded task is pending, and none has been invoked by what their outcome set off. Bodies that run
   * on after they were aborted are not waited for. When the recording is stopped, it is over as well.
   */
  idle(): Promise<void>;
  /**
   * Calls a function with every event, in order, in a microtask soon after it. What the function throws is
   * logged to the console and harms nobody.
   *
   * @returns A function that ends the subscription.
   */
  subscribe(listener: (event: TraceEvent) => void): () => void;
  /** Ends the recording; what was recorded stays. */
  stop(): void;
  /** The same, for `using`. */
  [Symbol.dispose](): void;
}
