import { FULFILLED, type Node, QUEUED } from "./node.ts";
import { append, head, type Link, type Ring, shift } from "./ring.ts";

/** The slots of one group, and the ready tasks that wait for one. */
export class Limit implements Ring {
  declare free: number;
  declare last: Link | undefined;
  declare extra: { gone?: number } | undefined;

  constructor(concurrency: number) {
    this.free = concurrency;
  }

  /** Whether `node` has got a slot; otherwise it is given one in its turn. */
  enter(node: Node): boolean {
    if (this.free > 0) {
      this.free--;
      hold(node, this);
      return true;
    }
    node.flags |= QUEUED;
    append(this, node);
    return false;
  }

  /** Takes a slot back, and gives it to the next in the queue, which may now start. */
  leave(): Node | undefined {
    const next = head(this);
    if (next) {
      shift(this);
      next.flags &= ~QUEUED;
      hold(next, this);
    } else this.free++;
    return next;
  }
}

/** Has a task keep slots until its body has ended, beside those that may have been passed on to it already. */
export function hold(node: Node, ...slots: Limit[]): void {
  ((node.extra ??= {}).slots ??= []).push(...slots);
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
