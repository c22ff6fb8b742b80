import { bodyEnd, bodyTime } from "./times.ts";
import type { RecordedTask, Status, Summary } from "./types.ts";

/** Adds up tasks that are in the order of their ids. What is not over is measured up to `now`. */
export function summarize(tasks: readonly RecordedTask[], dropped: number, now: number): Summary {
  const statuses: Record<Status, number> = { waiting: 0, ready: 0, running: 0, fulfilled: 0, failed: 0, aborted: 0 };
  let begin = Infinity;
  let end = -Infinity;
  let work = 0;
  let waitedForSlots = 0;
  for (const task of tasks) {
    statuses[task.status]++;
    begin = Math.min(begin, task.invoked);
    end = Math.max(end, task.settled ?? now);
    work += bodyTime(task, now);
    waitedForSlots += task.waitedForSlot;
  }
  const makespan = tasks.length === 0 ? 0 : end - begin;
  const criticalPath = longestPath(tasks, now);
  return {
    total: tasks.length,
    dropped,
    tasks: statuses,
    makespan,
    work,
    criticalPath,
    above: criticalPath.length === 0 ? 0 : Math.max(0, makespan / criticalPath.length - 1),
    parallelism: makespan === 0 ? 0 : work / makespan,
    atOnce: mostAtOnce(tasks, now),
    waitedForSlots,
  };
}

function mostAtOnce(tasks: readonly RecordedTask[], now: number): number {
  const bodies = tasks.filter(({ started }) => started !== undefined);
  const starts = Float64Array.from(bodies, ({ started }) => started!).sort();
  const ends = Float64Array.from(bodies, (task) => bodyEnd(task) ?? now).sort();
  let most = 0;
  let over = 0;
  for (let i = 0; i < starts.length; i++) {
    // A body that takes no time on the clock overlaps nothing.
    while (over < i && ends[over]! <= starts[i]!) over++;
    most = Math.max(most, i + 1 - over);
  }
  return most;
}

/**
 * The earliest times at which tasks could start and finish, were there slots and processors for all: a task starts no
 * earlier than what it depends on has finished, and than the body that invokes it has come to that.
 */
function longestPath(tasks: readonly RecordedTask[], now: number): Summary["criticalPath"] {
  const offset = tasks[0]?.id ?? 1;
  const count = tasks.length;
  const at = (id: number | undefined): number => (id === undefined ? -1 : id - offset);
  // Two moments a task: 2i is its start, 2i + 1 its finish.
  const times = new Float64Array(count * 2);
  const before = new Int32Array(count * 2).fill(-1);
  const visited = new Uint8Array(count * 2);

  const precedents = (moment: number): { moment: number; delay: number }[] => {
    const i = moment >> 1;
    const task = tasks[i]!;
    const found: { moment: number; delay: number }[] = [];
    if ((moment & 1) === 1) found.push({ moment: moment - 1, delay: bodyTime(task, now) });
    else {
      const parent = at(task.parent);
      const started = tasks[parent]?.started;
      if (started !== undefined) found.push({ moment: parent * 2, delay: Math.max(0, task.invoked - started) });
    }
    for (const { task: id, kind } of task.dependencies) {
      const dependency = at(id);
      if (dependency < 0 || (kind === "returned") !== ((moment & 1) === 1)) continue;
      found.push({ moment: dependency * 2 + 1, delay: 0 });
    }
    return found;
  };

  let last = -1;
  for (let root = 1; root < count * 2; root += 2) {
    const open = visited[root] === 0 ? [root] : [];
    while (open.length > 0) {
      const moment = open.at(-1)!;
      const earlier = precedents(moment);
      if (visited[moment] === 0) {
        visited[moment] = 1;
        // A task that waits for itself is met again while it is open, and left out.
        for (const { moment: other } of earlier) if (visited[other] === 0) open.push(other);
        if (open.at(-1) !== moment) continue;
      }
      open.pop();
      if (visited[moment] === 2) continue;
      visited[moment] = 2;
      for (const { moment: other, delay } of earlier) {
        if (visited[other] !== 2) continue;
        const time = times[other]! + delay;
        if (before[moment] === -1 || time > times[moment]!) {
          times[moment] = time;
          before[moment] = other;
        }
      }
    }
    // Of several that finish last, the one that was invoked last is the end of the others.
    if (last === -1 || times[root]! >= times[last]!) last = root;
  }

  const path = new Set<RecordedTask>();
  for (let moment = last; moment !== -1; moment = before[moment]!) {
    const task = tasks[moment >> 1]!;
    if (task.started !== undefined) path.add(task);
  }
  return { tasks: [...path].reverse(), length: last === -1 ? 0 : times[last]! };
}
