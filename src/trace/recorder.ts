import type { Definition } from "../definition.ts";
import type { Limit } from "../group.ts";
import type { Node } from "../node.ts";
import type { EdgeKind, Observer } from "../observer.ts";
import { currentBody, enterBody } from "./awaiter.ts";
import { now } from "./clock.ts";
import { hasBody, isAborted, isSettled, REJECTED } from "./core.ts";
import { counterOf } from "./counter.ts";
import { stackOfCall } from "./stack.ts";
import { ABORTED, FAILED, FULFILLED, READIED, READY, RUNNING, SETTLED, STARTED, Table } from "./table.ts";
import type { Dependency, RecordedTask, TraceEvent } from "./types.ts";
import type { Watcher } from "./watch.ts";

type Listener = (event: TraceEvent) => void;

/** Writes down what the core tells of its tasks. What it does for each event is all that recording costs. */
export class Recorder implements Observer {
  readonly table: Table;
  readonly begun: number = now();
  private readonly counter: { last: number } = counterOf();
  /** What ids count from: the number of the last task before the recording. */
  private readonly base: number = this.counter.last;
  /** Tasks that are not settled, forgotten ones too. */
  pending = 0;
  /** Bodies of groups with a limit, for they may hold slots. */
  readonly bodies: Map<Node, Limit> = new Map();
  /** The handles that running bodies have chained, by the id of the body's task. */
  readonly awaited: Map<number, Set<Node>> = new Map();
  private readonly stacks: boolean;
  // Between two events with none of the user's code between them the clock need not be read again.
  private clock: number = this.begun;
  private readonly listeners: Set<Listener> = new Set();
  private readonly watchers: Set<Watcher> = new Set();
  private isHeard = false;
  private events: TraceEvent[] = [];
  private idlers: (() => void)[] = [];

  constructor(limit: number, stacks: boolean) {
    this.table = new Table(limit);
    this.stacks = stacks;
  }

  /** The id of a task, 0 for one that was invoked before the recording. */
  idOf(task: Node): number {
    return this.idFor(task.number);
  }

  private idFor(number: number): number {
    return number > this.base ? number - this.base : 0;
  }

  invoked(task: Node, definition: Definition, parent: Node | undefined): void {
    this.clock = now();
    // Another recording may have been told of it before.
    if (task.number === 0) task.number = ++this.counter.last;
    const id = task.number - this.base;
    this.table.add(definition.name, this.clock, this.idFor(parent === undefined ? currentBody() : parent.number));
    this.pending++;
    if (this.stacks) this.table.stacks.set(id, stackOfCall());
    if (this.isHeard) this.tell("invoked", id);
  }

  edge(task: Node, dependency: Node, kind: EdgeKind, index: number): void {
    const id = this.idOf(task);
    if (kind !== "returned") {
      // These come with the call, before any other one.
      if (id === 0) return;
      const other = this.idOf(dependency);
      this.table.depend(other, kind, index);
      if (this.events.length > 0) this.tellDependency(id, { task: other === 0 ? undefined : other, kind, index });
      return;
    }
    if (this.awaited.size > 0) this.awaited.delete(id);
    // The slot is now held for the body of the other task, if that is still to end.
    const limit = this.bodies.get(task);
    if (limit !== undefined && !this.bodies.has(dependency)) this.bodies.set(dependency, limit);
    if (!this.table.has(id)) return;
    this.table.setReturned(id, this.idOf(dependency));
    if (this.isHeard) this.tell("returned", id);
  }

  ready(task: Node): void {
    const id = this.idOf(task);
    const { table } = this;
    if (!table.has(id)) return;
    table.mark(id, READY, READIED, this.clock);
    if (task.definition!.limit?.free === 0) table.setQueued(id);
    if (this.isHeard) this.tell("ready", id);
  }

  started(task: Node): void {
    this.clock = now();
    const { definition } = task;
    // What joins a list awaits nothing, and has no async context of its own.
    const isFollowed = definition!.isList || enterBody(task.number, this.clock);
    if (definition!.limit !== undefined) this.bodies.set(task, definition!.limit);
    const id = this.idOf(task);
    const { table } = this;
    if (!table.has(id)) return;
    table.mark(id, RUNNING, STARTED, this.clock);
    if (isFollowed) table.setFollowed(id);
    if (this.isHeard) this.tell("started", id);
  }

  ended(task: Node): void {
    this.clock = now();
    if (this.bodies.size > 0 && task.definition === undefined) this.bodies.delete(task);
    const id = this.idOf(task);
    if (!this.table.has(id)) return;
    this.table.setEnded(id, this.clock);
    if (this.isHeard) this.tell("ended", id);
  }

  settled(task: Node): void {
    const failed = task.state === REJECTED;
    const aborted = isAborted(task);
    if (aborted) this.clock = now();
    if (this.bodies.size > 0 && !hasBody(task)) this.bodies.delete(task);
    const id = this.idOf(task);
    if (id === 0) return;
    const { table } = this;
    if (table.has(id)) {
      table.mark(id, !failed ? FULFILLED : aborted ? ABORTED : FAILED, SETTLED, this.clock);
      if (failed) table.fail(id, task.data, aborted, this.awaitedIds(id));
      if (this.isHeard) this.tell("settled", id);
    } else {
      // Who counts tasks has counted this one.
      for (const watch of this.watchers) watch("settled", id, !failed ? "fulfilled" : aborted ? "aborted" : "failed", this.clock);
    }
    if (this.awaited.size > 0) this.awaited.delete(id);
    if (--this.pending === 0 && this.idlers.length > 0) this.lookIdle();
  }

  chained(task: Node, by: Node | undefined): void {
    if (isSettled(task)) return;
    const id = this.idFor(by === undefined ? currentBody() : by.number);
    if (!this.table.isRunning(id)) return;
    let awaited = this.awaited.get(id);
    if (awaited === undefined) this.awaited.set(id, (awaited = new Set()));
    awaited.add(task);
    // What has settled since is swept out now and then, so that an endless loop does not pile it up.
    if (awaited.size >= 32 && (awaited.size & (awaited.size - 1)) === 0) {
      for (const other of awaited) if (isSettled(other)) awaited.delete(other);
    }
  }

  read(id: number): RecordedTask {
    return this.table.read(id, now());
  }

  subscribe(listener: Listener): () => void {
    return this.hear(this.listeners, listener);
  }

  watch(watcher: Watcher): () => void {
    return this.hear(this.watchers, watcher);
  }

  private hear<T>(all: Set<T>, one: T): () => void {
    all.add(one);
    this.isHeard = true;
    return () => {
      all.delete(one);
      this.isHeard = this.listeners.size + this.watchers.size > 0;
    };
  }

  /** The ids of the tasks whose handles a running body has chained. */
  private awaitedIds(id: number): number[] {
    const awaited = this.awaited.get(id);
    return awaited === undefined ? [] : Array.from(awaited, (other) => this.idOf(other));
  }

  private tell(type: TraceEvent["type"], id: number): void {
    const { table } = this;
    if (!table.has(id)) return;
    for (const watch of this.watchers) watch(type, id, table.status(id), this.clock);
    if (this.listeners.size === 0) return;
    this.events.push({ type, time: this.clock, task: table.read(id, this.clock) });
    // The listeners are not called from within the engine, where aborting or calling a task would come too early.
    if (this.events.length === 1) queueMicrotask(() => this.deliver());
  }

  /** Adds to what is still to be told of an invocation: the edges of a call come right after it. */
  private tellDependency(id: number, dependency: Dependency): void {
    const event = this.events.at(-1);
    if (event?.type === "invoked" && event.task.id === id) (event.task.dependencies as Dependency[]).push(dependency);
  }

  private deliver(): void {
    const { events } = this;
    this.events = [];
    for (const event of events) {
      for (const listener of this.listeners) {
        try {
          listener(event);
        } catch (error) {
          // eslint-disable-next-line no-console -- thrown on, it would end a process of Node
          console.error(error);
        }
      }
    }
  }

  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.idlers.push(resolve);
      if (this.pending === 0) this.lookIdle();
    });
  }

  /** What the last outcome has set off may invoke more, in a microtask or some later. */
  private lookIdle(): void {
    setTimeout(() => {
      if (this.pending === 0) this.releaseIdlers();
    }, 0);
  }

  releaseIdlers(): void {
    const { idlers } = this;
    this.idlers = [];
    for (const resolve of idlers) resolve();
  }
}
