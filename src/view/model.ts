import type { RecordedTask, Recording, Status, Summary, TraceEvent } from "../../trace.ts";
import { boundsOf, lateness } from "../draw/chart.ts";
import { fitLabel } from "../draw/text.ts";
import { plain } from "../trace/text.ts";

/** Tasks up to which they are shown one by one. */
export const mostShown = 5000;

/** What the view knows of a recording: numbers as they change, tasks and summary when it has read them. */
export class Model {
  readonly run: Recording;
  readonly counts: Record<Status, number> = { waiting: 0, ready: 0, running: 0, fulfilled: 0, failed: 0, aborted: 0 };
  /** How many tasks there have been. */
  total = 0;
  tasks: readonly RecordedTask[] = [];
  summary: Summary | undefined;
  /** What is on the critical path, and what of that comes before it. */
  critical: ReadonlyMap<number, number | undefined> = new Map();
  begin = 0;
  end = 0;
  /** When the first task was invoked, and when the last event was. */
  first = 0;
  last = 0;
  /** Whether there is a body that runs on after its task was aborted. */
  private isLate = false;
  /** The statuses of the tasks that have not settled, but for those that are waiting. */
  private readonly statuses: Map<number, Status> = new Map();
  private readonly names: Map<string, number> = new Map();
  private named = 0;
  private readonly shorts: Map<number, { label: string; room: number; text: string }> = new Map();

  constructor(run: Recording) {
    this.run = run;
    let last = 0;
    for (const { id, status, invoked, settled } of run.tasks) {
      this.see("invoked", id, status, invoked);
      last = Math.max(last, settled ?? invoked);
    }
    this.last = last;
  }

  get pending(): number {
    const { waiting, ready, running } = this.counts;
    return waiting + ready + running;
  }

  /** Whether there is something whose time goes on. */
  get isGoing(): boolean {
    return this.pending > 0 || (this.isLate && !this.isTooLarge);
  }

  get isTooLarge(): boolean {
    return this.total > mostShown;
  }

  /** Counts an event. This is all that the element costs when something happens to a task. */
  see(type: TraceEvent["type"], id: number, status: Status, time: number): void {
    this.last = time;
    // The end of a body is no change of status.
    if (type === "ended") return;
    if (type === "invoked") {
      if (this.total++ === 0) this.first = time;
    } else this.counts[this.statuses.get(id) ?? "waiting"]--;
    this.counts[status]++;
    if (status === "ready" || status === "running") this.statuses.set(id, status);
    else if (type !== "invoked") this.statuses.delete(id);
  }

  /** Reads the tasks. It takes some microseconds a task, so not above {@linkcode mostShown}. */
  read(): void {
    const { run } = this;
    this.tasks = run.tasks;
    const { begin, end } = boundsOf(this.tasks, run.now);
    this.begin = begin;
    this.end = end;
    this.isLate = this.tasks.some((task) => task.ended === undefined && lateness(task, run.now) > 0);
    for (const { id, name } of this.tasks.slice(Math.max(0, this.named - (this.tasks[0]?.id ?? 1) + 1))) {
      this.named = id;
      this.names.set(name, (this.names.get(name) ?? 0) + 1);
    }
  }

  /** Reads the summary, which takes as long again. */
  addUp(): void {
    this.summary = this.run.summary();
    const path = this.summary.criticalPath.tasks;
    this.critical = new Map(path.map(({ id }, i) => [id, path[i - 1]?.id]));
  }

  task(id: number): RecordedTask | undefined {
    const { tasks } = this;
    const task = tasks[id - (tasks[0]?.id ?? 1)];
    return task?.id === id ? task : undefined;
  }

  /** What depends on a task, in the order of ids. */
  dependentsOf(id: number): number[] {
    return this.tasks.filter(({ dependencies }) => dependencies.some(({ task }) => task === id)).map(({ id }) => id);
  }

  label({ id, name }: RecordedTask): string {
    return name === `#${id}` || (this.names.get(name) ?? 0) <= 1 ? plain(name) : `${plain(name)} #${id}`;
  }

  /** A name that has room for so many columns, without what tells it from others: where there is no room for both. */
  shorter({ id, name }: RecordedTask, room: number): string {
    return this.cut(id, plain(name), room);
  }

  /** A label that has room for so many columns. */
  short(task: RecordedTask, room: number): string {
    return this.cut(task.id, this.label(task), room);
  }

  private cut(id: number, label: string, room: number): string {
    let short = this.shorts.get(id);
    if (short?.label !== label || short.room !== room) {
      short = { label, room, text: fitLabel(label, id, room) };
      this.shorts.set(id, short);
    }
    return short.text;
  }

  /** Whether the critical path goes from one task to the other. */
  isStep(from: number, to: number): boolean {
    return this.critical.get(to) === from;
  }
}
