import type { Recording, Status, TraceEvent } from "./types.ts";

/** Is told of what happens to tasks, within the engine: it has to be quick, and to call or abort no task. */
export type Watcher = (type: TraceEvent["type"], id: number, status: Status, time: number) => void;

/** By what the other entries of the package watch a recording: an event that nobody keeps need not be made. */
export const watching: symbol = Symbol.for("aiodag.watch");

/** Watches a recording until the function that this returns is called. One that is not ours is subscribed to. */
export function watch(run: Recording, watcher: Watcher): () => void {
  const { [watching]: own } = run as unknown as Record<symbol, ((watcher: Watcher) => () => void) | undefined>;
  if (own !== undefined) return own.call(run, watcher);
  return run.subscribe(({ type, task, time }) => watcher(type, task.id, task.status, time));
}
