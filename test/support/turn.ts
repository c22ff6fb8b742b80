/** Fulfilled in a later macrotask: all microtasks that are queued by now, and all that those queue, have run. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
