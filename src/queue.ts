import { enter } from "./context.ts";
import { start } from "./graph.ts";
import type { Node } from "./node.ts";

// The one queue of tasks that are ready, in the order in which they became so.
let entries: (Node | undefined)[] = [];
let head = 0;
let tail = 0;
let isAwake = false;

/** Has a task started in a microtask. */
export function push(node: Node): void {
  entries[tail++] = node;
  if (!isAwake) queueMicrotask(flush);
  isAwake = true;
}

/** Makes a callback of the platform start, before it returns, what becomes ready in it. */
export function hold(): void {
  isAwake = true;
}

/** Starts all that is ready. Only with nobody's code on the stack. */
export function flush(): void {
  try {
    while (head < tail) {
      const node = entries[head] as Node;
      entries[head++] = undefined;
      // A queue that is used up begins anew, so that an endless chain does not make it grow.
      if (head === tail) head = tail = 0;
      enter(node, start);
    }
    if (entries.length > 1024) entries = [];
  } finally {
    isAwake = head < tail;
    if (isAwake) queueMicrotask(flush);
  }
}
