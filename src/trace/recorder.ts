import type { Definition } from "../definition.ts";
import type { Limit } from "../group.ts";
import type { Node } from "../node.ts";
import type { EdgeKind, Observer } from "../observer.ts";
import { currentBody, enterBody } from "./awaiter.ts";
import { now } from "./clock.ts";
import { hasBody, isAborted, isSettled, REJECTED } from "./core.ts";
import { last, Numbered } from "./number.ts";
import { stackOfCall } from "./stack.ts";
import { ABORTED, FAILED, FULFILLED, READY, RUNNING, Table, WAITING } from "./table.ts";
import type { RecordedTask, TraceEvent } from "./types.ts";

type Listener = (event: TraceEvent) => void;

/** Writes down what the core tells of its tasks. What it does for each event is all that recording costs. */
export class Recorder implements Observer {
  readonly table: Table;
  readonly begun: number = now();
  /** What ids count from: the number of the last task before the recording. */
  readonly base: number = last;
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
  private events: TraceEvent[] = [];
  private idlers: (() => void)[] = [];

  constructor(limit: number, stacks: boolean) {
    this.table = new Table(limit);
    this.stacks = stacks;
  }

  /** The id of a task, 0 for one that was invoked before the recording. */
  idOf(task: Node): number {
    const number = Numbered.of(task);
    return number > this.base ? number - this.base : 0;
  }

  invoked(task: Node, definition: Definition, parent: Node | undefined): void {
    this.clock = now();
    const id = Numbered.give(task) - this.base;
    const body = parent === undefined ? currentBody() : Numbered.of(parent);
    this.table.add(definition.name, this.clock, body > this.base ? body - this.base : 0);
    this.pending++;
    if (this.stacks) this.table.stacks.set(id, stackOfCall());
    if (this.listeners.size > 0) this.tell("invoked", id);
  }

  edge(task: Node, dependency: Node, kind: EdgeKind, index: number): void {
    const id = this.idOf(task);
    const { table } = this;
    const i = table.at(id);
    if (i >= 0) {
      table.depend(i, this.idOf(dependency), kind, index);
      if (kind === "returned") table.state[i] = WAITING;
    }
    if (kind !== "returned") return;
    if (this.awaited.size > 0) this.awaited.delete(id);
    // The slot is now held for the body of the other task, if that is still to end.
    const limit = this.bodies.get(task);
    if (limit !== undefined && !this.bodies.has(dependency)) this.bodies.set(dependency, limit);
    if (i >= 0 && this.listeners.size > 0) this.tell("returned", id);
  }

  ready(task: Node): void {
    const id = this.idOf(task);
    const { table } = this;
    const i = table.at(id);
    if (i < 0) return;
    table.state[i] = READY;
    table.ready[i] = this.clock;
    if (task.definition?.limit?.free === 0) table.queued[i] = 1;
    if (this.listeners.size > 0) this.tell("ready", id);
  }

  started(task: Node): void {
    this.clock = now();
    const { definition } = task;
    // What joins a list awaits nothing, and has no async context of its own.
    const isFollowed = definition!.isList || enterBody(Numbered.of(task), this.clock);
    if (definition!.limit !== undefined) this.bodies.set(task, definition!.limit);
    const id = this.idOf(task);
    const { table } = this;
    const i = table.at(id);
    if (i < 0) return;
    table.state[i] = RUNNING;
    table.started[i] = this.clock;
    table.followed[i] = isFollowed ? 1 : 0;
    if (this.listeners.size > 0) this.tell("started", id);
  }

  ended(task: Node): void {
    this.clock = now();
    const { table } = this;
    const id = this.idOf(task);
    const i = table.at(id);
    if (this.bodies.size > 0 && task.definition === undefined) this.bodies.delete(task);
    if (i < 0) return;
    table.ended[i] = this.clock;
    if (this.listeners.size > 0) this.tell("ended", id);
  }

  settled(task: Node): void {
    const failed = task.state === REJECTED;
    const aborted = isAborted(task);
    if (aborted) this.clock = now();
    if (this.bodies.size > 0 && !hasBody(task)) this.bodies.delete(task);
    const id = this.idOf(task);
    if (id === 0) return;
    const { table } = this;
    const i = table.at(id);
    if (i >= 0) {
      table.state[i] = !failed ? FULFILLED : aborted ? ABORTED : FAILED;
      table.settled[i] = this.clock;
      if (failed) table.fail(id, i, task.data, aborted, this.awaitedIds(id));
      if (this.listeners.size > 0) this.tell("settled", id);
    }
    if (this.awaited.size > 0) this.awaited.delete(id);
    if (--this.pending === 0 && this.idlers.length > 0) this.lookIdle();
  }

  chained(task: Node, by: Node | undefined): void {
    if (isSettled(task)) return;
    const body = by === undefined ? currentBody() : Numbered.of(by);
    const id = body > this.base ? body - this.base : 0;
    const i = this.table.at(id);
    if (i < 0 || this.table.state[i] !== RUNNING) return;
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
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** The ids of the tasks whose handles a running body has chained. */
  private awaitedIds(id: number): number[] {
    const awaited = this.awaited.get(id);
    return awaited === undefined ? [] : Array.from(awaited, (other) => this.idOf(other));
  }

  private tell(type: TraceEvent["type"], id: number): void {
    if (this.table.at(id) < 0) return;
    this.events.push({ type, time: this.clock, task: this.table.read(id, this.clock) });
    // The listeners are not called from within the engine, where aborting or calling a task would come too early.
    if (this.events.length === 1) queueMicrotask(() => this.deliver());
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
