import { abort, launch } from "./graph.ts";
import { FULFILLED, type Node } from "./node.ts";

/** The slots of one group, and the ready tasks that wait for one. */
export class Limit {
  declare free: number;
  declare queue: Set<Node>;
  declare turn: Iterator<Node, undefined>;

  constructor(concurrency: number) {
    this.free = concurrency;
    this.queue = new Set();
    this.turn = this.queue.values();
  }

  /** Whether `node` has got a slot; otherwise it is given one in its turn. */
  enter(node: Node): boolean {
    if (this.free > 0) {
      this.free--;
      keep(node, this);
      return true;
    }
    this.queue.add(node);
    return false;
  }

  /** Takes a slot back, and gives it to the next in the queue, which may now start. */
  leave(): void {
    this.free++;
    // One iterator, as long as it lasts: each new one would step over all that was ever deleted.
    const { value, done } = this.turn.next();
    if (done) this.turn = this.queue.values();
    else {
      this.queue.delete(value);
      this.enter(value);
      launch(value);
    }
  }
}

/** Has a task keep slots until its body has ended, beside those that may have been passed on to it already. */
export function keep(node: Node, ...slots: Limit[]): void {
  ((node.extra ??= {}).slots ??= []).push(...slots);
}

/** The signal of one group, listened to while any of its calls is pending. */
export class Cancellation {
  declare signal: AbortSignal;
  declare pending: Set<Node>;
  declare listener: () => void;

  constructor(signal: AbortSignal) {
    this.signal = signal;
    this.pending = new Set();
    this.listener = () => abort([...this.pending], signal.reason);
  }

  enter(node: Node): void {
    if (node.state >= FULFILLED) return;
    if (!this.pending.size) this.signal.addEventListener("abort", this.listener);
    this.pending.add(node);
    if (this.signal.aborted) this.listener();
  }

  leave(node: Node): void {
    this.pending.delete(node);
    if (!this.pending.size) this.signal.removeEventListener("abort", this.listener);
  }
}
