import type { RecordedTask } from "../../trace.ts";
import { duration } from "../trace/text.ts";

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

/** How much longer than the run a chart of it may be, to show of bodies that run on after an abort. */
const most = 0.1;

/** From the first call to the last outcome, and a while longer if a body runs on after that. */
export function boundsOf(tasks: readonly RecordedTask[], now: number): { begin: number; end: number } {
  let begin = Infinity;
  let end = -Infinity;
  let last = -Infinity;
  for (const task of tasks) {
    begin = Math.min(begin, task.invoked);
    end = Math.max(end, task.settled ?? now);
    last = Math.max(last, (task.settled ?? now) + lateness(task, now));
  }
  return tasks.length === 0 ? { begin: now, end: now } : { begin, end: Math.min(last, end + (end - begin) * most) };
}

/** When a body ended, or was aborted if it went on after that. */
export function bodyEnd({ ended, settled }: RecordedTask): number | undefined {
  return ended === undefined || (settled !== undefined && ended > settled) ? settled : ended;
}

/** What a task says of its time: how long its body ran, with an ellipsis if it still does, or why it has not. */
export function timeOf(task: RecordedTask, now: number): string {
  const { status, started, ended } = task;
  if (started !== undefined) return `${duration((bodyEnd(task) ?? now) - started)}${ended === undefined ? "…" : ""}`;
  return status === "failed" || status === "aborted" ? "not run" : status === "fulfilled" ? "" : status;
}

/** How long a body ran on after its task was aborted, until now at most; 0 if it did not. */
export function lateness({ started, ended, settled }: RecordedTask, now: number): number {
  return started === undefined || settled === undefined ? 0 : Math.max(0, (ended ?? now) - settled);
}

/** Tasks as a list shows them: in the order in which they started or settled without, then what is ready, then the rest. */
export function inOrder(tasks: readonly RecordedTask[]): RecordedTask[] {
  return tasks.toSorted((a, b) => compare(began(a), began(b)) || compare(began(a) ?? a.ready, began(b) ?? b.ready) || a.id - b.id);
}

const began = ({ started, settled }: RecordedTask): number | undefined => started ?? settled;

const compare = (a = Infinity, b = Infinity): number => (a === b ? 0 : a - b);
