import { FULFILLED, type Node } from "./node.ts";

/** Tasks in the order in which they came. Those that settle early may leave in any order, in constant time. */
export class Roster {
  tasks: Node[] = [];
  next = 0;
  gone = 0;

  get size(): number {
    return this.tasks.length - this.gone;
  }

  add(node: Node): void {
    this.tasks.push(node);
  }

  /** The first that is still pending, which leaves. */
  take(): Node | undefined {
    while (this.next < this.tasks.length) {
      const node = this.tasks[this.next++] as Node;
      if (node.state < FULFILLED) {
        this.leave();
        return node;
      }
    }
    return undefined;
  }

  /** To be called once for each task that leaves, when it has settled or was taken. */
  leave(): void {
    this.gone++;
    if (this.gone * 2 > this.tasks.length) {
      const before = this.tasks.length;
      this.tasks = this.tasks.slice(this.next).filter((node) => node.state < FULFILLED);
      this.next = 0;
      // Below zero where a task that has settled was swept out and is still to leave.
      this.gone -= before - this.tasks.length;
    }
  }
}
