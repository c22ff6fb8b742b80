import type { Dependency, RecordedTask, Status } from "./types.ts";
import { Rows } from "./rows.ts";
import { callSite } from "./stack.ts";

export const WAITING = 0;
export const READY = 1;
export const RUNNING = 2;
export const FULFILLED = 3;
export const FAILED = 4;
export const ABORTED = 5;

const statuses: readonly Status[] = ["waiting", "ready", "running", "fulfilled", "failed", "aborted"];

interface Failure {
  reason: unknown;
  origin: number;
}

// What a row tells of a task, by its place in there.
const STATE = 0;
export const PARENT = 1;
export const INVOKED = 2;
export const READIED = 3;
export const STARTED = 4;
export const ENDED = 5;
export const SETTLED = 6;
/** The first of its edges; they go on to the first one of the next task. */
const EDGES = 7;
const width = 8;

// Beside the state.
const QUEUED = 8;
const FOLLOWED = 16;

/** What is known of each task, a row of numbers for each; a limited table lets go of the oldest. */
export class Table {
  private readonly limit: number;
  /** The id of the oldest task that is still there. */
  first = 1;
  /** The id of the newest task. */
  last = 0;
  private readonly rows: Rows = new Rows(width);
  private readonly edges: Rows = new Rows(2);
  private lastEdge = 0;
  /** The names of the tasks whose rows are kept. */
  private readonly names: string[] = [];
  private readonly returned: Map<number, number> = new Map();
  readonly failures: Map<number, Failure> = new Map();
  readonly stacks: Map<number, string> = new Map();
  /** The latest abort, and what the tasks that it reached depend on: it travels to these too. */
  private abort: { reason: unknown; upstream: Map<number, number> } = { reason: undefined, upstream: new Map() };

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Whether a task is there. Id 0, of what was never recorded, is not. */
  has(id: number): boolean {
    return id >= this.first && id <= this.last;
  }

  add(name: string, invoked: number, parent: number): void {
    const id = ++this.last;
    this.names.push(name);
    const chunk = this.rows.grow(id);
    const at = this.rows.offset(id);
    chunk[at] = WAITING;
    chunk[at + PARENT] = parent;
    chunk[at + INVOKED] = invoked;
    chunk[at + READIED] = chunk[at + STARTED] = chunk[at + ENDED] = chunk[at + SETTLED] = NaN;
    chunk[at + EDGES] = this.lastEdge + 1;
    if (id - this.first >= this.limit) this.forget(this.first++);
  }

  /** The names of the tasks that are there. */
  get keptNames(): readonly string[] {
    return this.names.slice(this.first - this.rows.first);
  }

  private forget(id: number): void {
    if (this.failures.size > 0) this.failures.delete(id);
    if (this.stacks.size > 0) this.stacks.delete(id);
    if (this.returned.size > 0) this.returned.delete(id);
    const dropped = this.rows.drop(id);
    if (dropped === 0) return;
    this.names.splice(0, dropped);
    this.edges.drop(this.get(this.first, EDGES) - 1);
  }

  /** What a row tells; NaN for what has not happened, or is not known. */
  get(id: number, field: number): number {
    return this.has(id) ? this.rows.chunk(id)[this.rows.offset(id) + field]! : NaN;
  }

  isRunning(id: number): boolean {
    return this.has(id) && (this.get(id, STATE) & 7) === RUNNING;
  }

  status(id: number): Status {
    return statuses[this.get(id, STATE) & 7]!;
  }

  /** Writes down that a task has come to a state, and when. */
  mark(id: number, state: number, field: number, time: number): void {
    const chunk = this.rows.chunk(id);
    const at = this.rows.offset(id);
    chunk[at] = (chunk[at]! & ~7) | state;
    chunk[at + field] = time;
  }

  setEnded(id: number, time: number): void {
    this.rows.chunk(id)[this.rows.offset(id) + ENDED] = time;
  }

  /** The task had to queue for a slot. */
  setQueued(id: number): void {
    this.rows.chunk(id)[this.rows.offset(id)]! |= QUEUED;
  }

  /** It is known what the body chains after its first `await`. */
  setFollowed(id: number): void {
    this.rows.chunk(id)[this.rows.offset(id)]! |= FOLLOWED;
  }

  isFollowed(id: number): boolean {
    return (this.get(id, STATE) & FOLLOWED) !== 0;
  }

  /** Of the task that was added last. */
  depend(dependency: number, kind: "data" | "order", index: number): void {
    const edge = ++this.lastEdge;
    const chunk = this.edges.grow(edge);
    const at = this.edges.offset(edge);
    chunk[at] = dependency;
    chunk[at + 1] = index * 2 + (kind === "data" ? 0 : 1);
  }

  setReturned(id: number, dependency: number): void {
    const chunk = this.rows.chunk(id);
    const at = this.rows.offset(id);
    chunk[at] = (chunk[at]! & ~7) | WAITING;
    this.returned.set(id, dependency);
  }

  private dependencies(id: number): { dependency: number; kind: Dependency["kind"]; index: number }[] {
    const found: { dependency: number; kind: Dependency["kind"]; index: number }[] = [];
    const end = id === this.last ? this.lastEdge : this.get(id + 1, EDGES) - 1;
    for (let edge = this.get(id, EDGES); edge <= end; edge++) {
      const chunk = this.edges.chunk(edge);
      const at = this.edges.offset(edge);
      const what = chunk[at + 1]!;
      found.push({ dependency: chunk[at]!, kind: what % 2 === 0 ? "data" : "order", index: Math.floor(what / 2) });
    }
    const returned = this.returned.get(id);
    if (returned !== undefined) found.push({ dependency: returned, kind: "returned", index: 0 });
    return found;
  }

  /** Writes down how a task failed, and finds out where that began. */
  fail(id: number, reason: unknown, isAborted: boolean, awaited: readonly number[]): void {
    const failure: Failure = { reason, origin: id };
    const isCause = (other: number): boolean => {
      const earlier = this.failures.get(other);
      if (earlier === undefined || !Object.is(earlier.reason, reason)) return false;
      failure.origin = earlier.origin;
      return true;
    };
    // The same primitive may be thrown anywhere: only an object shows that it came from there.
    const isObject = (typeof reason === "object" && reason !== null) || typeof reason === "function";
    const hasRun = !Number.isNaN(this.get(id, STARTED));
    const data = this.dependencies(id)
      .filter(({ kind }) => kind === "returned" || (kind === "data" && !hasRun))
      .map(({ dependency }) => dependency);
    if (!data.some(isCause) && isObject && !awaited.some(isCause) && isAborted) {
      if (!Object.is(this.abort.reason, reason)) this.abort = { reason, upstream: new Map() };
      failure.origin = this.abort.upstream.get(id) ?? id;
    }
    if (isAborted && Object.is(this.abort.reason, reason)) {
      for (const dependency of data) this.abort.upstream.set(dependency, failure.origin);
    }
    this.failures.set(id, failure);
  }

  name(id: number): string {
    const name = this.has(id) ? this.names[id - this.rows.first]! : "";
    return name === "" ? (callSite(this.stacks.get(id)) ?? `#${id}`) : name;
  }

  read(id: number, now: number): RecordedTask {
    const failure = this.failures.get(id);
    const ready = known(this.get(id, READIED));
    const started = known(this.get(id, STARTED));
    const settled = known(this.get(id, SETTLED));
    return {
      id,
      name: this.name(id),
      status: this.status(id),
      dependencies: this.dependencies(id).map(({ dependency, kind, index }) => ({ task: idOrNone(dependency), kind, index })),
      parent: idOrNone(this.get(id, PARENT)),
      invoked: this.get(id, INVOKED),
      ready,
      started,
      ended: known(this.get(id, ENDED)),
      settled,
      waitedForSlot: (this.get(id, STATE) & QUEUED) !== 0 ? (started ?? settled ?? now) - (ready ?? now) : 0,
      reason: failure?.reason,
      origin: failure?.origin,
      stack: this.stacks.get(id),
    };
  }
}

function idOrNone(id: number): number | undefined {
  return id === 0 ? undefined : id;
}

function known(time: number | undefined): number | undefined {
  return Number.isNaN(time) ? undefined : time;
}
