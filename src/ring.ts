import { FULFILLED, type Node } from "./node.ts";

/** The place of a task among those that wait for the same thing. */
export interface Link {
  task: Node;
  next: Link | undefined;
}

/** What tasks wait for: a task, or the slots of a group. */
export interface Ring {
  /** The place of the last that came, which knows that of the first. */
  last: Link | undefined;
  extra: { gone?: number } | undefined;
}

export function append(ring: Ring, task: Node): void {
  const { last } = ring;
  const link: Link = { task, next: undefined };
  link.next = last ? last.next : link;
  if (last) last.next = link;
  ring.last = link;
}

/** Takes out the first. */
export function shift(ring: Ring): Node | undefined {
  const { last } = ring;
  if (!last) return undefined;
  const { task, next } = last.next!;
  if (last.next === last) ring.last = undefined;
  else last.next = next;
  return task;
}

/** The first that is still pending. Those before it are taken out. */
export function head(ring: Ring): Node | undefined {
  for (; ring.last; shift(ring)) {
    const { task } = ring.last.next!;
    if (task.state < FULFILLED) return task;
  }
  return undefined;
}

/** To be called once for each that leaves early. They are swept out when as many are gone as the last sweep had left. */
export function leave(ring: Ring): void {
  const extra = (ring.extra ??= {});
  extra.gone = (extra.gone ?? 0) + 1;
  if (extra.gone < 9) return;
  extra.gone = 0;
  const { last } = ring;
  ring.last = undefined;
  const all = { last } as Ring;
  for (let task = shift(all); task; task = shift(all)) {
    if (task.state >= FULFILLED) continue;
    append(ring, task);
    extra.gone--;
  }
}
