import type { Node } from "./node.ts";

/** The one queue of tasks that are ready, in the order in which they became so. */
export interface Queue {
  /** Has a task started in a microtask. */
  push(node: Node): void;
  /** Starts all that is ready. Only for callbacks that the platform calls, with nobody's code on the stack. */
  flush(): void;
}

export function createQueue(start: (node: Node) => void): Queue {
  let ready: Node[] = [];
  let started: Node[] = [];
  let isScheduled = false;

  function wake(): void {
    isScheduled = false;
    flush();
  }

  function flush(): void {
    while (ready.length > 0) {
      const batch = ready;
      ready = started;
      for (let i = 0; i < batch.length; i++) start(batch[i] as Node);
      batch.length = 0;
      started = batch;
    }
  }

  function push(node: Node): void {
    ready.push(node);
    if (!isScheduled) {
      isScheduled = true;
      queueMicrotask(wake);
    }
  }

  return { push, flush };
}
