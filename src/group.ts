import { type Node, QUEUED } from "./node.ts";
import { Roster } from "./roster.ts";

/** The slots of one group, and the ready tasks that wait for one. */
export class Limit {
  declare free: number;
  declare queue: Roster;

  constructor(concurrency: number) {
    this.free = concurrency;
    this.queue = new Roster();
  }

  /** Whether `node` has got a slot; otherwise it is given one in its turn. */
  enter(node: Node): boolean {
    if (this.free > 0) {
      this.free--;
      hold(node, this);
      return true;
    }
    node.flags |= QUEUED;
    this.queue.tasks.push(node);
    return false;
  }

  /** Takes a slot back, and gives it to the next in the queue, which may now start. */
  leave(): Node | undefined {
    const next = this.queue.take();
    if (next) {
      next.flags &= ~QUEUED;
      hold(next, this);
    } else this.free++;
    return next;
  }
}

// Beside the slots that may have been passed on to the task already.
function hold(node: Node, slot: Limit): void {
  (node.slots ??= []).push(slot);
}

/** The signal of one group, listened to while any of its calls is pending. */
export class Cancellation {
  declare signal: AbortSignal;
  declare pending: Set<Node>;
  declare listener: () => void;

  constructor(signal: AbortSignal, abort: (nodes: Node[], reason: unknown) => void) {
    this.signal = signal;
    this.pending = new Set();
    this.listener = () => abort([...this.pending], signal.reason);
  }

  enter(node: Node): void {
    if (!this.pending.size) this.signal.addEventListener("abort", this.listener);
    this.pending.add(node);
  }

  leave(node: Node): void {
    this.pending.delete(node);
    if (!this.pending.size) this.signal.removeEventListener("abort", this.listener);
  }
}
