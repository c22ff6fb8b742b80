import { describeReason, droppedTasks, duration, labels, plain, shorten } from "./text.ts";
import { bodyTime } from "./times.ts";
import type { Dependency, RecordedTask, Recording, Status } from "./types.ts";

/** What a picture of the dependencies is made of. */
export interface Graph {
  /** What is not in it, in words. */
  missing: string | undefined;
  boxes: Box[];
  arrows: Arrow[];
}

export interface Box {
  id: number;
  status: Status;
  isCritical: boolean;
  /** Its name, its time, and why it failed. */
  lines: string[];
}

export interface Arrow {
  from: number;
  to: number;
  kind: Dependency["kind"];
  isCritical: boolean;
}

const signs: Partial<Record<Status, string>> = { failed: "✗ ", aborted: "⊘ " };

const isFailed = (status: Status): boolean => status === "failed" || status === "aborted";

/** The dependencies between tasks that the recording holds, each of a kind once. */
export function graphOf(run: Recording): Graph {
  const { tasks, now } = run;
  const label = labels(tasks);
  const held = new Set(tasks.map(({ id }) => id));
  const { criticalPath, dropped } = run.summary();
  const critical = criticalPath.tasks.map(({ id }) => id);
  const onPath = new Set(critical);
  const steps = new Set(critical.map((id, i) => `${critical[i - 1] ?? 0} ${id}`));
  const boxes = tasks.map((task) => ({
    id: task.id,
    status: task.status,
    isCritical: onPath.has(task.id),
    lines: [`${signs[task.status] ?? ""}${shorten(label(task), 80)}`, timeOf(task, now), ...failureOf(task)],
  }));
  const arrows: Arrow[] = [];
  for (const { id, dependencies } of tasks) {
    const seen = new Set<string>();
    for (const { task: from, kind } of dependencies) {
      if (from === undefined || !held.has(from) || seen.has(`${kind} ${from}`)) continue;
      seen.add(`${kind} ${from}`);
      arrows.push({ from, to: id, kind, isCritical: steps.has(`${from} ${id}`) });
    }
  }
  return { missing: droppedTasks(dropped), boxes, arrows };
}

function timeOf(task: RecordedTask, now: number): string {
  if (task.started !== undefined) return duration(bodyTime(task, now));
  return isFailed(task.status) ? "not run" : task.status;
}

/** The reason of a failure, where it began: the others only have it from there. */
function failureOf({ id, status, origin, reason }: RecordedTask): string[] {
  return isFailed(status) && origin === id ? [shorten(plain(describeReason(reason)), 80)] : [];
}
