import { FULFILLED, type Node } from "./node.ts";

/** Tasks in the order in which they came. Those that settle early leave in any order, in constant time. */
export class Roster {
  declare tasks: Node[];
  declare next: number;
  declare gone: number;

  constructor(...tasks: Node[]) {
    this.tasks = tasks;
    this.next = this.gone = 0;
  }

  /** The first that is still pending, which leaves. */
  take(): Node | undefined {
    while (this.next < this.tasks.length) {
      const node = this.tasks[this.next++]!;
      if (node.state < FULFILLED) {
        this.leave();
        return node;
      }
    }
    return undefined;
  }

  /** To be called once for each task that leaves, when it has settled or was taken. */
  leave(): void {
    const { length } = this.tasks;
    if (++this.gone * 2 <= length) return;
    this.tasks = this.tasks.slice(this.next).filter((node) => node.state < FULFILLED);
    this.next = 0;
    // Below zero where a task that has settled was swept out and is still to leave.
    this.gone -= length - this.tasks.length;
  }
}
