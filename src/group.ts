import { type Node, SLOTS } from "./node.ts";
import { Roster } from "./roster.ts";

/** The slots of one group, and the ready tasks that wait for one. */
export class Limit {
  free: number;
  queue: Roster = new Roster();

  constructor(concurrency: number) {
    this.free = concurrency;
  }

  /** Whether `node` has got a slot; otherwise it is given one in its turn. */
  enter(node: Node): boolean {
    if (this.free === 0) {
      this.queue.add(node);
      return false;
    }
    this.free--;
    hold(node, [this]);
    return true;
  }

  /** Takes a slot back, and gives it to the next in the queue, which may now start. */
  leave(): Node | undefined {
    const next = this.queue.take();
    if (next === undefined) this.free++;
    else hold(next, [this]);
    return next;
  }
}

const held = new Map<Node, Limit[]>();

function hold(node: Node, slots: Limit[]): void {
  node.flags |= SLOTS;
  held.set(node, slots);
}

/** The slots that `node` holds, and now no longer does. */
export function dropSlots(node: Node): Limit[] {
  const slots = held.get(node) ?? [];
  node.flags &= ~SLOTS;
  held.delete(node);
  return slots;
}

/** Has `node` hold slots until its own end, beside those that it may hold already. */
export function takeSlots(node: Node, slots: Limit[]): void {
  for (const slot of held.get(node) ?? []) slots.push(slot);
  hold(node, slots);
}

/** The signal of one group, listened to while any of its calls is pending. */
export class Cancellation {
  signal: AbortSignal;
  pending: Set<Node> = new Set();
  listener: () => void;

  constructor(signal: AbortSignal, abort: (nodes: Node[], reason: unknown) => void) {
    this.signal = signal;
    this.listener = () => abort([...this.pending], signal.reason);
  }

  enter(node: Node): void {
    if (this.pending.size === 0) this.signal.addEventListener("abort", this.listener);
    this.pending.add(node);
  }

  leave(node: Node): void {
    this.pending.delete(node);
    if (this.pending.size === 0) this.signal.removeEventListener("abort", this.listener);
  }
}
