import type { Node } from "./node.ts";

/** The one queue of tasks that are ready, in the order in which they became so. */
export interface Queue {
  /** Has a task started in a microtask. */
  push(node: Node): void;
  /** Makes a callback of the platform start, before it returns, what becomes ready in it. */
  hold(): void;
  /** Starts all that is ready. Only with nobody's code on the stack. */
  flush(): void;
}

export function createQueue(start: (node: Node) => void): Queue {
  let entries: (Node | undefined)[] = [];
  let head = 0;
  let tail = 0;
  let isAwake = false;

  function hold(): void {
    isAwake = true;
  }

  function flush(): void {
    isAwake = true;
    try {
      while (head < tail) {
        const node = entries[head] as Node;
        entries[head++] = undefined;
        // A queue that is used up begins anew, so that an endless chain does not make it grow.
        if (head === tail) head = tail = 0;
        start(node);
      }
      if (entries.length > 1024) entries = [];
    } finally {
      isAwake = head < tail;
      if (isAwake) queueMicrotask(flush);
    }
  }

  function push(node: Node): void {
    entries[tail++] = node;
    if (isAwake) return;
    isAwake = true;
    queueMicrotask(flush);
  }

  return { push, hold, flush };
}
