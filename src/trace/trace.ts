import { Task } from "../../mod.ts";
import { observeTasks } from "../observer.ts";
import { beginFollowing, endFollowing } from "./awaiter.ts";
import { show } from "./check.ts";
import { now } from "./clock.ts";
import { DevTools } from "./devtools.ts";
import { optionsOf } from "./options.ts";
import { Recorder } from "./recorder.ts";
import { summarize } from "./summary.ts";
import type { RecordedTask, Recording, Summary, TraceEvent, TraceOptions } from "./types.ts";
import { type Watcher, watching } from "./watch.ts";
import { explain, isHandle } from "./why.ts";

class Run implements Recording {
  readonly #recorder: Recorder;
  #end: number | undefined;
  #stop: () => void;
  declare [Symbol.dispose]: () => void;

  static {
    // Known by this name to what compiles `using`, where the platform does not know it.
    const dispose = (Symbol as { dispose?: symbol }).dispose ?? Symbol.for("Symbol.dispose");
    Object.defineProperty(Run.prototype, dispose, { value: Run.prototype.stop });
    Object.defineProperty(Run.prototype, watching, {
      value(this: Run, watcher: Watcher) {
        return this.#recorder.watch(watcher);
      },
    });
  }

  constructor({ limit = Infinity, devtools = false, stacks = false }: TraceOptions) {
    const recorder = new Recorder(limit, stacks);
    this.#recorder = recorder;
    beginFollowing();
    const stops = [endFollowing, observeTasks(Task, recorder), ...(devtools ? [observeTasks(Task, new DevTools(recorder))] : [])];
    this.#stop = () => {
      for (const stop of stops) stop();
    };
  }

  get tasks(): readonly RecordedTask[] {
    const { table } = this.#recorder;
    const { now } = this;
    const tasks: RecordedTask[] = [];
    for (let id = table.first; id <= table.last; id++) tasks.push(table.read(id, now));
    return tasks;
  }

  get dropped(): number {
    return this.#recorder.table.first - 1;
  }

  get begun(): number {
    return this.#recorder.begun;
  }

  get now(): number {
    return this.#end ?? now();
  }

  summary(): Summary {
    return summarize(this.tasks, this.dropped, this.now);
  }

  why(handle: Task<unknown>): string {
    if (!isHandle(handle)) throw new TypeError(`Cannot explain ${show(handle)}: expected a handle`);
    return explain(handle, this.#recorder, this.now, this.#end !== undefined);
  }

  idle(): Promise<void> {
    return this.#end === undefined ? this.#recorder.idle() : Promise.resolve();
  }

  subscribe(listener: (event: TraceEvent) => void): () => void {
    if (typeof listener !== "function") throw new TypeError(`Cannot subscribe ${show(listener)}: expected a function`);
    return this.#recorder.subscribe(listener);
  }

  stop(): void {
    if (this.#end !== undefined) return;
    this.#end = now();
    this.#stop();
    this.#recorder.releaseIdlers();
  }
}

/**
 * Records every task that is invoked from now on, in whatever group, until it is stopped. Several recordings may
 * overlap; each counts its tasks from 1. Recording handles nothing: a failure that nobody takes is reported as ever.
 *
 * Results are not kept. The reasons of failures are, as long as the recording keeps the task: see `limit`.
 *
 * @param options What to record; everything, as cheaply as can be, unless given.
 * @returns The recording.
 * @throws {TypeError} For an unknown option or one of a wrong type.
 * @throws {RangeError} For a `limit` that is no integer from 1.
 *
 * @example See what ran
 * ```ts
 * import { task } from "aiodag";
 * import { toWaterfall, trace } from "aiodag/trace";
 *
 * const double = task(async function double(n: number) { return n * 2; });
 * const add = task(function add(a: number, b: number) { return a + b; });
 *
 * const run = trace();
 * console.log(await add(double(1), double(2))); // 6
 * run.stop();
 * console.log(run.tasks.map(({ name, status }) => `${name}: ${status}`)); // 3 tasks, all of them fulfilled
 * console.log(toWaterfall(run));
 * ```
 *
 * @example Find out what a task is waiting for
 * ```ts
 * import { task } from "aiodag";
 * import { trace } from "aiodag/trace";
 *
 * using run = trace();
 * const never = task(function never() { return new Promise<string>(() => {}); });
 * const upload = task(function upload(text: string) { return text.length; });
 * const handle = upload(never());
 * console.log(run.why(handle)); // upload ← never: ready, and about to start
 * ```
 *
 * @example Wait for all that was set off
 * ```ts
 * import { task } from "aiodag";
 * import { trace } from "aiodag/trace";
 *
 * const run = trace();
 * task(async function later() { return 1; })();
 * await run.idle();
 * console.log(run.summary().tasks.fulfilled); // 1
 * run.stop();
 * ```
 */
export function trace(options: TraceOptions = {}): Recording {
  return new Run(optionsOf(options));
}
