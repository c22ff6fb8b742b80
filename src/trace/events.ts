import { checkRecording } from "./check.ts";
import { arrange } from "./lanes.ts";
import { safeJSON } from "./json.ts";
import { describeReason, droppedTasks } from "./text.ts";
import { bodyTime } from "./times.ts";
import type { RecordedTask, Recording } from "./types.ts";

/** An event of the Trace Event format; times are microseconds. */
interface Entry {
  name: string;
  cat: string;
  ph: "X" | "i" | "M" | "s" | "f";
  ts: number;
  pid: number;
  tid: number;
  dur?: number;
  id?: number;
  bp?: "e";
  s?: "t";
  cname?: string;
  args?: Record<string, unknown>;
}

const pid = 1;
const colors: Partial<Record<RecordedTask["status"], string>> = { failed: "terrible", aborted: "grey" };

/**
 * A recording in the Trace Event format, which Perfetto (ui.perfetto.dev) and chrome://tracing open: bodies in lanes,
 * in which they do not cover each other, arrows from dependencies to dependents, and what never ran as instants. A
 * body that ran on after its task was aborted is in two pieces.
 *
 * @param run What {@linkcode trace} returned.
 * @returns JSON, escaped so that it may stand in a script element.
 * @throws {TypeError} For what is no recording.
 *
 * @example Write a file to open in Perfetto
 * ```ts
 * import { task } from "aiodag";
 * import { toTraceEvents, trace } from "aiodag/trace";
 *
 * const run = trace();
 * await task(async function answer() { return 42; })();
 * run.stop();
 * console.log(JSON.parse(toTraceEvents(run)).traceEvents.length > 0); // true
 * ```
 */
export function toTraceEvents(run: Recording): string {
  checkRecording(run, "write", "as trace events");
  const { tasks, dropped, now } = run;
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const lanes = arrange(tasks, now);
  const missing = droppedTasks(dropped);
  const entries: Entry[] = [named("process_name", 0, missing === undefined ? "aiodag" : `aiodag (${missing})`)];
  let count = 0;
  for (const lane of lanes.values()) count = Math.max(count, lane);
  if (tasks.some(({ started }) => started === undefined)) entries.push(named("thread_name", 0, "never started"));
  for (let lane = 1; lane <= count; lane++) entries.push(named("thread_name", lane, `lane ${lane}`));
  let arrow = 0;
  for (const task of tasks) {
    const { id, name, started, ended, settled, dependencies } = task;
    const args = argumentsOf(task);
    const cname = colors[task.status];
    if (started === undefined) {
      const ts = (task.settled ?? now) * 1000;
      entries.push({ name, cat: "task", ph: "i", s: "t", ts, pid, tid: 0, args });
      continue;
    }
    const tid = lanes.get(id)!;
    const ts = started * 1000;
    entries.push({ name, cat: "task", ph: "X", ts, dur: bodyTime(task, now) * 1000, pid, tid, ...(cname && { cname }), args });
    const outlived = (ended ?? now) - (settled ?? now);
    if (outlived > 0) {
      const shared = { cat: "task", ph: "X", pid, tid, cname: "grey", args: { id } } as const;
      entries.push({ ...shared, name: `${name} (runs on after the abort)`, ts: settled! * 1000, dur: outlived * 1000 });
    }
    for (const { task: other, kind } of dependencies) {
      const dependency = byId.get(other!);
      if (dependency?.started === undefined || kind === "returned") continue;
      const shared = { name: kind, cat: "dependency", id: ++arrow, pid };
      // An arrow leaves within the slice that it comes from, whose end is no longer part of it.
      const end = Math.max(dependency.started * 1000, (dependency.started + bodyTime(dependency, now)) * 1000 - 0.001);
      entries.push({ ...shared, ph: "s", ts: Math.min(end, ts), tid: lanes.get(dependency.id)! });
      entries.push({ ...shared, ph: "f", bp: "e", ts, tid });
    }
  }
  return safeJSON({ traceEvents: entries, displayTimeUnit: "ms", otherData: { dropped } });
}

function named(what: "process_name" | "thread_name", tid: number, name: string): Entry {
  return { name: what, cat: "__metadata", ph: "M", ts: 0, pid, tid, args: { name } };
}

function argumentsOf(task: RecordedTask): Record<string, unknown> {
  const { id, status, dependencies, parent, ready, invoked, waitedForSlot, reason, origin, stack } = task;
  return {
    id,
    status,
    dependencies: dependencies.map((dependency) => ({ ...dependency })),
    parent,
    waitedForDependencies: ready === undefined ? undefined : ready - invoked,
    waitedForSlot,
    reason: status === "failed" || status === "aborted" ? describeReason(reason) : undefined,
    origin,
    stack,
  };
}
