import type { Dependency, RecordedTask, Status } from "./types.ts";
import { callSite } from "./stack.ts";

export const WAITING = 0;
export const READY = 1;
export const RUNNING = 2;
export const FULFILLED = 3;
export const FAILED = 4;
export const ABORTED = 5;

const statuses: readonly Status[] = ["waiting", "ready", "running", "fulfilled", "failed", "aborted"];
const kinds: readonly Dependency["kind"][] = ["data", "order", "returned"];

const DATA = 0;
const ORDER = 1;
const RETURNED = 2;

interface Failure {
  reason: unknown;
  origin: number;
}

/**
 * What is known of each task, in columns: numbers in typed arrays cost neither a box each nor work for the garbage
 * collector. A limited table is a ring, in which a new task takes the place of the oldest.
 */
export class Table {
  limit: number;
  /** The id of the newest task. */
  last = 0;
  capacity: number;
  state: Uint8Array;
  /** Whether the task had to queue for a slot. */
  queued: Uint8Array;
  parent: Float64Array;
  invoked: Float64Array;
  ready: Float64Array;
  started: Float64Array;
  ended: Float64Array;
  settled: Float64Array;
  /** Whether it is known what its body chains after its first `await`. */
  followed: Uint8Array;
  names: string[] = [];
  /** What each task depends on: the latest edge of a chain of them, 0 for none. */
  edges: Int32Array;
  private readonly pool: Edges = new Edges();
  failures: Map<number, Failure> = new Map();
  stacks: Map<number, string> = new Map();
  /** The latest abort, and what the tasks that it reached depend on: it travels to these too. */
  private abort: { reason: unknown; upstream: Map<number, number> } = { reason: undefined, upstream: new Map() };

  constructor(limit: number) {
    this.limit = limit;
    this.capacity = Math.min(limit, 256);
    this.state = new Uint8Array(this.capacity);
    this.queued = new Uint8Array(this.capacity);
    this.followed = new Uint8Array(this.capacity);
    this.edges = new Int32Array(this.capacity);
    this.parent = new Float64Array(this.capacity);
    this.invoked = new Float64Array(this.capacity);
    this.ready = new Float64Array(this.capacity);
    this.started = new Float64Array(this.capacity);
    this.ended = new Float64Array(this.capacity);
    this.settled = new Float64Array(this.capacity);
  }

  /** The id of the oldest task that is still there. */
  get first(): number {
    return this.last > this.limit ? this.last - this.limit + 1 : 1;
  }

  /** Where a task stands in the columns, -1 if it was never there, or is no longer. */
  at(id: number): number {
    const { last, limit } = this;
    return id < 1 || id > last || id <= last - limit ? -1 : id <= limit ? id - 1 : (id - 1) % limit;
  }

  add(name: string, invoked: number, parent: number): number {
    const forgotten = this.last - this.limit + 1;
    if (forgotten > 0) {
      if (this.failures.size > 0) this.failures.delete(forgotten);
      if (this.stacks.size > 0) this.stacks.delete(forgotten);
    } else if (this.last === this.capacity) this.grow();
    const i = this.at(++this.last);
    this.names[i] = name;
    if (forgotten > 0 && this.edges[i] !== 0) this.pool.free(this.edges[i]!);
    this.edges[i] = 0;
    this.state[i] = WAITING;
    this.queued[i] = this.followed[i] = 0;
    this.parent[i] = parent;
    this.invoked[i] = invoked;
    this.ready[i] = this.started[i] = this.ended[i] = this.settled[i] = NaN;
    return i;
  }

  private grow(): void {
    this.capacity = Math.min(this.limit, this.capacity * 2);
    const numbers = (column: Float64Array): Float64Array => {
      const grown = new Float64Array(this.capacity);
      grown.set(column);
      return grown;
    };
    this.state = bytes(this.state, this.capacity);
    this.queued = bytes(this.queued, this.capacity);
    this.followed = bytes(this.followed, this.capacity);
    this.edges = integers(this.edges, this.capacity);
    this.parent = numbers(this.parent);
    this.invoked = numbers(this.invoked);
    this.ready = numbers(this.ready);
    this.started = numbers(this.started);
    this.ended = numbers(this.ended);
    this.settled = numbers(this.settled);
  }

  depend(i: number, dependency: number, kind: Dependency["kind"], index: number): void {
    const what = index * 4 + (kind === "data" ? DATA : kind === "order" ? ORDER : RETURNED);
    this.edges[i] = this.pool.add(dependency, what, this.edges[i]!);
  }

  /** Writes down how a task failed, and finds out where that began. */
  fail(id: number, i: number, reason: unknown, isAborted: boolean, awaited: readonly number[]): void {
    const failure: Failure = { reason, origin: id };
    const isCause = (other: number): boolean => {
      const earlier = this.failures.get(other);
      if (earlier === undefined || !Object.is(earlier.reason, reason)) return false;
      failure.origin = earlier.origin;
      return true;
    };
    // The same primitive may be thrown anywhere: only an object shows that it came from there.
    const isObject = (typeof reason === "object" && reason !== null) || typeof reason === "function";
    const hasRun = !Number.isNaN(this.started[i]);
    const data: number[] = [];
    for (const { dependency, what } of this.pool.read(this.edges[i]!)) {
      const kind = what & 3;
      if (kind === RETURNED || (kind === DATA && !hasRun)) data.push(dependency);
    }
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
    const i = this.at(id);
    const name = i < 0 ? "" : this.names[i]!;
    return name === "" ? (callSite(this.stacks.get(id)) ?? `#${id}`) : name;
  }

  read(id: number, now: number): RecordedTask {
    const i = this.at(id);
    const failure = this.failures.get(id);
    const ready = known(this.ready[i]);
    const started = known(this.started[i]);
    const settled = known(this.settled[i]);
    return {
      id,
      name: this.name(id),
      status: statuses[this.state[i]!]!,
      dependencies: this.pool
        .read(this.edges[i]!)
        .map(({ dependency, what }) => ({ task: idOrNone(dependency), kind: kinds[what & 3]!, index: what >> 2 })),
      parent: idOrNone(this.parent[i]!),
      invoked: this.invoked[i]!,
      ready,
      started,
      ended: known(this.ended[i]),
      settled,
      waitedForSlot: this.queued[i] === 1 ? (started ?? settled ?? now) - (ready ?? now) : 0,
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

/** Edges in chains, each of one task. Those of forgotten tasks are used again. */
class Edges {
  private dependencies: Float64Array = new Float64Array(256);
  private whats: Int32Array = new Int32Array(256);
  private next: Int32Array = new Int32Array(256);
  private last = 0;
  private unused = 0;

  /** Puts an edge before a chain; returns the chain. */
  add(dependency: number, what: number, chain: number): number {
    let edge = this.unused;
    if (edge !== 0) this.unused = this.next[edge]!;
    else {
      edge = ++this.last;
      if (edge === this.next.length) this.grow();
    }
    this.dependencies[edge] = dependency;
    this.whats[edge] = what;
    this.next[edge] = chain;
    return edge;
  }

  free(chain: number): void {
    let end = chain;
    while (this.next[end] !== 0) end = this.next[end]!;
    this.next[end] = this.unused;
    this.unused = chain;
  }

  /** The edges of a chain, in the order in which they came. */
  read(chain: number): { dependency: number; what: number }[] {
    const found: { dependency: number; what: number }[] = [];
    for (let edge = chain; edge !== 0; edge = this.next[edge]!) {
      found.push({ dependency: this.dependencies[edge]!, what: this.whats[edge]! });
    }
    return found.reverse();
  }

  private grow(): void {
    const size = this.next.length * 2;
    const dependencies = new Float64Array(size);
    dependencies.set(this.dependencies);
    this.dependencies = dependencies;
    this.whats = integers(this.whats, size);
    this.next = integers(this.next, size);
  }
}

function bytes(column: Uint8Array, size: number): Uint8Array {
  const grown = new Uint8Array(size);
  grown.set(column);
  return grown;
}

function integers(column: Int32Array, size: number): Int32Array {
  const grown = new Int32Array(size);
  grown.set(column);
  return grown;
}
