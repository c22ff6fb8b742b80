import type { RecordedTask } from "../../trace.ts";

/** What a task did for a time: waited for what it depends on, waited for a slot, ran, or ran on after it was aborted. */
export type Phase = "wait" | "slot" | "body" | "late";

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
    // A body that returned a handle has ended before the task has; one that ignores its signal ends after it.
    if (end < over) spans.push({ phase: "wait", from: end, to: over });
    spans.push({ phase: "body", from: started, to: Math.min(end, over) }, { phase: "late", from: over, to: end });
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

/** How long the body of a task ran on after the task was aborted, until now at most; 0 if it did not. */
export function lateness({ started, ended, settled }: RecordedTask, now: number): number {
  return started === undefined || settled === undefined ? 0 : Math.max(0, (ended ?? now) - settled);
}

/** Tasks as a list shows them: in the order in which they started or turned out never to; then what has yet to start. */
export function inOrder(tasks: readonly RecordedTask[]): RecordedTask[] {
  const rank = ({ status }: RecordedTask): number => (status === "ready" ? 1 : 2);
  return tasks.toSorted((a, b) => {
    const [timeA, timeB] = [a.started ?? a.settled, b.started ?? b.settled];
    if (timeA !== undefined && timeB !== undefined) return timeA - timeB || a.id - b.id;
    if (timeA === undefined && timeB === undefined) return rank(a) - rank(b) || a.id - b.id;
    return timeA === undefined ? 1 : -1;
  });
}
