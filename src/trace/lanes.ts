import type { RecordedTask } from "./types.ts";

/** Gives each body a lane, counted from 1, in which it overlaps no other. */
export function arrange(tasks: readonly RecordedTask[], now: number): Map<number, number> {
  const bodies = tasks.filter(({ started }) => started !== undefined);
  bodies.sort((a, b) => a.started! - b.started! || a.id - b.id);
  const lanes = new Map<number, number>();
  const running = new Heap<{ end: number; lane: number }>(({ end, lane }, other) => end - other.end || lane - other.lane);
  const free = new Heap<number>((a, b) => a - b);
  let count = 0;
  for (const { id, started, ended } of bodies) {
    for (let first = running.first; first !== undefined && first.end <= started!; first = running.first) {
      free.add(running.take()!.lane);
    }
    const lane = free.take() ?? ++count;
    lanes.set(id, lane);
    running.add({ end: ended ?? now, lane });
  }
  return lanes;
}

/** A binary heap, the least first. */
class Heap<T> {
  private readonly items: T[] = [];
  private readonly compare: (a: T, b: T) => number;

  constructor(compare: (a: T, b: T) => number) {
    this.compare = compare;
  }

  get first(): T | undefined {
    return this.items[0];
  }

  add(item: T): void {
    const { items, compare } = this;
    let at = items.push(item) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (compare(items[above]!, item) <= 0) break;
      items[at] = items[above]!;
      at = above;
    }
    items[at] = item;
  }

  take(): T | undefined {
    const { items, compare } = this;
    const first = items[0];
    const item = items.pop();
    if (items.length === 0 || item === undefined) return first;
    let at = 0;
    for (;;) {
      let below = at * 2 + 1;
      if (below >= items.length) break;
      if (below + 1 < items.length && compare(items[below + 1]!, items[below]!) < 0) below++;
      if (compare(item, items[below]!) <= 0) break;
      items[at] = items[below]!;
      at = below;
    }
    items[at] = item;
    return first;
  }
}
