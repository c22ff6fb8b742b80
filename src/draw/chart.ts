import type { RecordedTask } from "../../trace.ts";

/** What a task did for a time: waited for what it depends on, waited for a slot, or ran. */
export type Phase = "wait" | "slot" | "body";

export interface Span {
  readonly phase: Phase;
  readonly from: number;
  readonly to: number;
}

/** What a task did and when, in milliseconds on the recording's clock. */
export function spansOf(task: RecordedTask, now: number): Span[] {
  const { invoked, ready, started, ended, settled, waitedForSlot } = task;
  const over = settled ?? now;
  const queued = waitedForSlot > 0 ? ready : undefined;
  const spans: Span[] = [{ phase: "wait", from: invoked, to: queued ?? started ?? over }];
  if (queued !== undefined) spans.push({ phase: "slot", from: queued, to: started ?? over });
  if (started !== undefined) {
    const end = ended ?? now;
    // A body that returned a handle has ended before the task has.
    if (end < over) spans.push({ phase: "wait", from: end, to: over });
    spans.push({ phase: "body", from: started, to: end });
  }
  return spans.filter(({ phase, from, to }) => phase === "body" || to > from);
}

/** From the first call to the last end. */
export function boundsOf(tasks: readonly RecordedTask[], now: number): { begin: number; end: number } {
  let begin = Infinity;
  let end = -Infinity;
  for (const { invoked, started, ended, settled } of tasks) {
    begin = Math.min(begin, invoked);
    const isOver = settled !== undefined && (started === undefined || ended !== undefined);
    end = Math.max(end, isOver ? Math.max(settled, ended ?? settled) : now);
  }
  return tasks.length === 0 ? { begin: now, end: now } : { begin, end };
}

/** When a task comes in a list of them: when it started, or else could have. */
export const orderOf = ({ started, ready, settled, invoked }: RecordedTask): number => started ?? ready ?? settled ?? invoked;
