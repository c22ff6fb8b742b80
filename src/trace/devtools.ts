import type { Node } from "../node.ts";
import type { Observer } from "../observer.ts";
import type { Recorder } from "./recorder.ts";
import { describeReason, duration, plain, shorten } from "./text.ts";
import type { RecordedTask } from "./types.ts";

interface ConsoleTask {
  run(body: () => unknown): unknown;
}

const group = "aiodag";
const colors = { fulfilled: "primary", failed: "error", aborted: "secondary-light" } as const;

/**
 * Shows tasks in the Performance panel of Chrome's developer tools, by entries in the way of its extensibility API:
 * https://developer.chrome.com/docs/devtools/performance/extension
 */
export class DevTools implements Observer {
  private readonly recorder: Recorder;
  private readonly lanes: (number | undefined)[] = [];
  private readonly laneOf: Map<number, number> = new Map();
  private readonly calls: WeakMap<Node, ConsoleTask> = new WeakMap();

  constructor(recorder: Recorder) {
    this.recorder = recorder;
  }

  invoked(task: Node): void {
    const { createTask } = console as { createTask?: (name: string) => ConsoleTask };
    const id = this.recorder.idOf(task);
    if (typeof createTask === "function" && id > 0) this.calls.set(task, createTask(nameOf(this.recorder.read(id))));
  }

  started(task: Node): void {
    const id = this.recorder.idOf(task);
    if (id === 0) return;
    const free = this.lanes.indexOf(undefined);
    const lane = free < 0 ? this.lanes.length : free;
    this.lanes[lane] = id;
    this.laneOf.set(id, lane);
  }

  run(task: Node, body: () => unknown): unknown {
    const call = this.calls.get(task);
    this.calls.delete(task);
    return call === undefined ? body() : call.run(body);
  }

  ended(task: Node): void {
    const lane = this.lanes.indexOf(this.recorder.idOf(task));
    if (lane >= 0) this.lanes[lane] = undefined;
  }

  settled(task: Node): void {
    const id = this.recorder.idOf(task);
    const lane = this.laneOf.get(id);
    if (lane === undefined) return;
    this.laneOf.delete(id);
    if (this.recorder.table.has(id)) this.draw(this.recorder.read(id), lane);
  }

  private draw(task: RecordedTask, lane: number): void {
    const { started, ended, settled, status } = task;
    const name = nameOf(task);
    const failure = status === "failed" || status === "aborted" ? describeReason(task.reason) : undefined;
    performance.measure(name, {
      start: started!,
      end: Math.max(started!, ended ?? settled!),
      detail: {
        devtools: {
          dataType: "track-entry",
          trackGroup: group,
          track: `Lane ${lane + 1}`,
          color: colors[status as keyof typeof colors],
          tooltipText: `${name}: ${failure === undefined ? status : `${status}, ${plain(failure)}`}`,
          properties: [
            ["Task", `#${task.id}, ${status}`],
            ["Depends on", this.dependencies(task)],
            ["Waited for dependencies", duration((task.ready ?? started!) - task.invoked)],
            ["Waited for a slot", duration(task.waitedForSlot)],
            ...(failure === undefined ? [] : [["Reason", plain(failure)]]),
          ],
        },
      },
    });
    performance.clearMeasures(name);
  }

  private dependencies({ dependencies }: RecordedTask): string {
    const { table } = this.recorder;
    const names = dependencies.map(({ task, kind }) => {
      const name = task === undefined ? "a promise" : `${plain(table.name(task))} #${task}`;
      return kind === "data" ? name : `${name} (${kind})`;
    });
    return shorten(names.join(", "), 500) || "nothing";
  }
}

/** What an entry is called: by a name that the page's own entries have not, since clearing goes by name. */
function nameOf({ name }: RecordedTask): string {
  return `${group}: ${shorten(plain(name), 200)}`;
}
