import { Task } from "../../mod.ts";
import type { Limit } from "../group.ts";
import type { Node } from "../node.ts";
import { canFollowBodies } from "./awaiter.ts";
import { inputsOf, isQueued, isSettled, isWaiting, READY, RETURNED, RUNNING } from "./core.ts";
import type { Recorder } from "./recorder.ts";
import { PARENT, READIED, SETTLED, STARTED } from "./table.ts";
import { duration, list, plain } from "./text.ts";

/** How one task waits for another: a `slot` is what it waits for that any of the holders may set free. */
interface Wait {
  on: Node;
  how: "needs" | "returned" | "awaits" | "slot";
}

/** A task that is met on the way from another; `wait` tells how that one waits for it. */
interface Step {
  task: Node;
  wait: Wait | undefined;
  from: Step | undefined;
}

const ways: Record<Wait["how"], string> = {
  needs: "",
  returned: "(returned by its body) ",
  awaits: "(awaited in its body) ",
  slot: "(holding a slot) ",
};
const mostLines = 10;
const mostNames = 8;

/** Whether a value is a handle, whatever traps it may have. */
export function isHandle(value: unknown): value is Node {
  try {
    return value instanceof Task && typeof (value as unknown as { state: unknown }).state === "number";
  } catch {
    return false;
  }
}

/** Says what a task is waiting for. */
export function explain(task: Node, recorder: Recorder, now: number, isStopped: boolean): string {
  const explanation = new Explanation(recorder, now, isStopped);
  return explanation.of(task);
}

/**
 * Reads the tasks themselves, which hold what they wait for as long as they are pending: so it knows of tasks that
 * were invoked before the recording, or that it has forgotten.
 */
class Explanation {
  private readonly recorder: Recorder;
  private readonly now: number;
  private readonly isStopped: boolean;
  private readonly names: Map<string, number> = new Map();
  private readonly known: Map<Node, Wait[]> = new Map();

  constructor(recorder: Recorder, now: number, isStopped: boolean) {
    this.recorder = recorder;
    this.now = now;
    this.isStopped = isStopped;
    for (const name of recorder.table.keptNames) this.names.set(name, (this.names.get(name) ?? 0) + 1);
  }

  of(task: Node): string {
    if (isSettled(task)) return `${this.label(task)}: ${this.outcome(task)}`;
    const steps = this.reach(task);
    const stuck = this.stuck(steps, ({ how }) => how !== "awaits");
    if (stuck.has(task)) return this.deadlock(task, stuck);
    const seeming = this.stuck(steps);
    if (seeming.has(task)) return `${this.deadlock(task, seeming)}\nA body that has only chained a handle, without awaiting it, is not stuck`;
    const leaves = steps.filter((step) => this.waits(step.task).every(({ how }) => how === "slot") && !isHeld(step));
    const lines = leaves.slice(0, mostLines).map((step) => `${this.path(step)}: ${this.state(step)}`);
    if (leaves.length > mostLines) lines.push(`and ${leaves.length - mostLines} more that it waits for`);
    const unknown = leaves.filter(({ task: leaf }) => leaf.state === RUNNING && !this.isForeign(leaf) && !this.isFollowed(leaf));
    if (unknown.length > 0) {
      const isHeld = unknown.some(({ task: leaf }) => this.recorder.table.has(this.recorder.idOf(leaf)));
      const why = isHeld || !canFollowBodies() ? this.unfollowed(unknown.map(({ task: leaf }) => leaf)) : "of a task that the recording does not hold";
      lines.push(`What a body awaits after its first await cannot be known ${why}`);
    }
    return lines.join("\n");
  }

  /** All that a task waits for, directly or not, the nearest first. */
  private reach(task: Node): Step[] {
    const steps: Step[] = [{ task, wait: undefined, from: undefined }];
    const seen = new Set([task]);
    // The list grows while it is gone through.
    for (const from of steps) {
      for (const wait of this.waits(from.task)) {
        if (seen.has(wait.on)) continue;
        seen.add(wait.on);
        steps.push({ task: wait.on, wait, from });
      }
    }
    return steps;
  }

  private waits(task: Node): Wait[] {
    let waits = this.known.get(task);
    if (waits === undefined) this.known.set(task, (waits = this.findWaits(task)));
    return waits;
  }

  private findWaits(task: Node): Wait[] {
    if (isSettled(task) || task.state === RUNNING) {
      const awaited = this.recorder.awaited.get(this.recorder.idOf(task)) ?? [];
      return Array.from(awaited, (on): Wait => ({ on, how: "awaits" })).filter(({ on }) => !isSettled(on));
    }
    if (task.state === RETURNED) return isHandle(task.data) ? [{ on: task.data, how: "returned" }] : [];
    if (task.state === READY) return this.holders(task).map((on) => ({ on, how: "slot" }));
    const sources = [...inputsOf(task), ...task.definition!.after];
    return sources
      .filter((source): source is Node => isHandle(source) && !isSettled(source))
      .map((on) => ({ on, how: "needs" }));
  }

  /** Those that hold the slots that a ready task waits for. */
  private holders(task: Node): Node[] {
    return [...this.heldSlots(task).keys()];
  }

  /** The same, each with the task whose body has taken the slot, and may have left it to a handle that it returned. */
  private heldSlots(task: Node): Map<Node, Node> {
    const holders = new Map<Node, Node>();
    const limit = task.definition?.limit;
    if (limit === undefined || !isQueued(task)) return holders;
    for (const [body, its] of this.recorder.bodies) {
      if (its !== limit) continue;
      let holder = body;
      let isHeld = holder.extra?.slots?.includes(limit) === true;
      const passed = new Set<Node>();
      while (holder.state === RETURNED && !passed.has(holder) && isHandle(holder.data)) {
        passed.add(holder);
        holder = holder.data;
        isHeld ||= holder.extra?.slots?.includes(limit) === true;
      }
      if (isHeld && !holders.has(holder)) holders.set(holder, body);
    }
    return holders;
  }

  /** The tasks that cannot go on, whatever happens outside of them, by what they wait for in certain ways. */
  private stuck(steps: readonly Step[], counts: (wait: Wait) => boolean = () => true): Set<Node> {
    const stuck = new Set<Node>(steps.map(({ task }) => task));
    const waiters = new Map<Node, Node[]>();
    const left = new Map<Node, number>();
    const free: Node[] = [];
    for (const { task } of steps) {
      const waits = this.waits(task).filter(counts);
      const isAny = waits[0]?.how === "slot";
      left.set(task, isAny ? 1 : waits.length);
      if (waits.length === 0 || (isAny && waits.length < (task.definition?.options.concurrency ?? 0))) free.push(task);
      for (const { on } of waits) waiters.set(on, [...(waiters.get(on) ?? []), task]);
    }
    for (let task = free.pop(); task !== undefined; task = free.pop()) {
      if (!stuck.delete(task)) continue;
      for (const waiter of waiters.get(task) ?? []) {
        const count = left.get(waiter)! - 1;
        left.set(waiter, count);
        if (count === 0) free.push(waiter);
      }
    }
    return stuck;
  }

  private deadlock(task: Node, stuck: ReadonlySet<Node>): string {
    const steps: Step[] = [{ task, wait: undefined, from: undefined }];
    const seen = new Map<Node, number>([[task, 0]]);
    let start: number | undefined;
    while (start === undefined) {
      const from = steps.at(-1)!;
      const wait = this.waits(from.task).find(({ on }) => stuck.has(on))!;
      steps.push({ task: wait.on, wait, from });
      start = seen.get(wait.on);
      seen.set(wait.on, steps.length - 1);
    }
    const cycle = steps.slice(start);
    const queued = cycle.find(({ wait }) => wait?.how === "slot")?.from?.task;
    const limit = queued?.definition?.limit;
    const before = start > 0 ? `${this.path(steps[start]!)}: ` : "";
    const first: Step = { ...cycle[0]!, from: undefined, wait: undefined };
    let said: string;
    if (limit !== undefined) {
      const bodies = [...this.heldSlots(queued!).values()];
      const count = queued!.definition!.options.concurrency ?? bodies.length;
      const paths = bodies.slice(0, mostLines).map((body) => this.path(this.toQueue(body, limit, stuck)));
      const more = bodies.length > mostLines ? `; and ${bodies.length - mostLines} more` : "";
      const slots =
        count === 1
          ? "the only slot of its group is held by a body that waits"
          : `all ${count} slots of its group are held by bodies that wait`;
      const held = `${slots} for that same group: ${paths.join("; ")}${more}`;
      said = start > 0 ? `deadlock: ${held}` : `${this.label(task)}: deadlock: ${held}`;
    } else {
      let last = first;
      for (const { task: next, wait } of cycle.slice(1)) last = { task: next, wait, from: last };
      said = `deadlock: ${this.label(first.task)} waits for itself: ${this.path(last)}`;
    }
    return before + said;
  }

  /** The way from a body that has taken a slot to a task that waits for one of the same group. */
  private toQueue(body: Node, limit: Limit, stuck: ReadonlySet<Node>): Step {
    const steps: Step[] = [{ task: body, wait: undefined, from: undefined }];
    const seen = new Set([body]);
    // The list grows while it is gone through.
    for (const from of steps) {
      const { task } = from;
      if (task.state === READY && task.definition?.limit === limit) return from;
      for (const wait of this.waits(task)) {
        if (!stuck.has(wait.on) || seen.has(wait.on)) continue;
        seen.add(wait.on);
        steps.push({ task: wait.on, wait, from });
      }
    }
    return steps[0]!;
  }

  private path(step: Step): string {
    const names: string[] = [];
    let count = 0;
    for (let at: Step | undefined = step; at !== undefined; at = at.from) count++;
    let i = count;
    for (let at: Step | undefined = step; at !== undefined; at = at.from, i--) {
      // Of a long way only its two ends are told.
      if (count > mostNames && i > mostNames / 2 && i <= count - mostNames / 2) {
        if (i === count - mostNames / 2) names.unshift(`… ${(count - mostNames).toLocaleString("en")} more …`);
      } else names.unshift(this.stepLabel(at));
    }
    return names.join(" ← ");
  }

  private stepLabel({ task, wait, from }: Step): string {
    return (wait === undefined ? "" : ways[wait.how]) + this.label(task, from?.task);
  }

  private label(task: Node, dependent?: Node): string {
    const id = this.recorder.idOf(task);
    if (id > 0 && this.recorder.table.has(id)) {
      const name = this.recorder.table.name(id);
      const isUnique = name === `#${id}` || (this.names.get(name) ?? 0) <= 1;
      return isUnique ? plain(name) : `${plain(name)} #${id}`;
    }
    if (this.isForeign(task)) {
      const index = dependent !== undefined && isWaiting(dependent) ? inputsOf(dependent).indexOf(task) : -1;
      return `a promise that is no task${index < 0 ? "" : ` (argument ${index + 1})`}`;
    }
    const name = task.definition?.name ? plain(task.definition.name) : "a task";
    if (id > 0 && id <= this.recorder.table.last) return `${name} (no longer in the recording)`;
    return `${name} (${this.isStopped ? "not in the recording" : "invoked before the recording"})`;
  }

  /** Whether a task only stands for a promise that is none. */
  private isForeign(task: Node): boolean {
    const { definition } = task;
    return this.recorder.idOf(task) === 0 && definition?.name === "promise" && definition.isList;
  }

  private state(step: Step): string {
    const { task } = step;
    if (this.isForeign(task)) return "pending; what it waits for cannot be known";
    if (task.state === RUNNING) return this.running(task);
    if (task.state !== READY) return "waiting";
    const limit = task.definition?.limit;
    if (limit === undefined || !isQueued(task)) return "ready, and about to start";
    const count = task.definition!.options.concurrency ?? 0;
    const holders = this.holders(task);
    const shown = holders.slice(0, mostLines).map((holder) => `${this.label(holder)} (${this.holding(holder)})`);
    if (holders.length < count) shown.push(`${count - holders.length} that ${holders.length === 0 ? "are" : "is"} not known`);
    else if (holders.length > mostLines) shown.push(`${holders.length - mostLines} more`);
    const slots = count === 1 ? "for the only slot" : `for one of the ${count} slots`;
    const said = `ready${this.since(READIED, task)}, waiting ${slots} of its group, held by ${list(shown)}`;
    const isSuspicious =
      holders.length === count && holders.every((holder) => !this.isFollowed(holder) && this.hasQueued(holder, limit));
    if (!isSuspicious) return said;
    const unknown = `cannot be known ${this.unfollowed(holders)}`;
    return `${said}: a deadlock, if these bodies await the tasks of the group that they have invoked, which ${unknown}`;
  }

  private holding(task: Node): string {
    if (task.state === RUNNING) return this.running(task);
    if (isSettled(task)) return "aborted, but its body has not ended";
    return task.state === READY ? "ready" : "waiting";
  }

  private running(task: Node): string {
    return `running${this.since(STARTED, task)}`;
  }

  /** Whether it is known what a body awaits. */
  private isFollowed(task: Node): boolean {
    return this.recorder.table.isFollowed(this.recorder.idOf(task));
  }

  /** Why it is not known what bodies await. */
  private unfollowed(bodies: readonly Node[]): string {
    if (!canFollowBodies()) return "in this runtime";
    const { table } = this.recorder;
    const isLater = this.isStopped && bodies.some((body) => Number.isNaN(table.get(this.recorder.idOf(body), STARTED)));
    return isLater ? "once the recording has been stopped" : "where so many bodies start at once";
  }

  private since(moment: typeof READIED | typeof STARTED, task: Node): string {
    const time = this.recorder.table.get(this.recorder.idOf(task), moment);
    return Number.isNaN(time) ? "" : ` for ${duration(this.now - time)}`;
  }

  /** Whether a body has invoked a task of the group that waits for a slot. */
  private hasQueued(holder: Node, limit: Limit): boolean {
    const { table } = this.recorder;
    const id = this.recorder.idOf(holder);
    if (id === 0) return false;
    for (const task of limit.queue) {
      if (table.get(this.recorder.idOf(task), PARENT) === id) return true;
    }
    return false;
  }

  private outcome(task: Node): string {
    const { table } = this.recorder;
    const id = this.recorder.idOf(task);
    const time = table.get(id, SETTLED);
    if (Number.isNaN(time)) return `${(task as unknown as { status: string }).status}; it waits for nothing`;
    return `${table.status(id)} ${duration(this.now - time)} ago; it waits for nothing`;
  }
}

/** Whether a task is only there because it holds a slot: it is named where the slot is waited for. */
function isHeld(step: Step): boolean {
  for (let at: Step | undefined = step; at !== undefined; at = at.from) if (at.wait?.how === "slot") return true;
  return false;
}
