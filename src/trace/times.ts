import type { RecordedTask } from "./types.ts";

/** When a body no longer counts: at its end, or at the abort that it has outlived. */
export function bodyEnd({ ended, settled }: RecordedTask): number | undefined {
  return ended === undefined || (settled !== undefined && ended > settled) ? settled : ended;
}

/** The milliseconds for which a body counts. */
export function bodyTime(task: RecordedTask, now: number): number {
  return task.started === undefined ? 0 : (bodyEnd(task) ?? now) - task.started;
}

/** Compares two tasks by when they started, or settled without; those that have done neither come last. */
export function byStart(a: RecordedTask, b: RecordedTask): number {
  return compare(a.started ?? a.settled, b.started ?? b.settled) || compare(a.ready, b.ready) || a.id - b.id;
}

function compare(a = Infinity, b = Infinity): number {
  return a === b ? 0 : a - b;
}
