import { running } from "./graph.ts";
import { FULFILLED } from "./node.ts";

/**
 * The `AbortSignal` of the call whose body is running, made when it is first asked for. Hand it to `fetch` and the
 * like, so that aborting the task stops the work itself. A body that has asked for it counts as one that can be
 * stopped: it is aborted when nobody wants its result any more. Its listeners run after all handles that the abort
 * settles have settled.
 *
 * @returns The signal; its `reason` is the reason of the abort.
 * @throws {Error} Anywhere but in the synchronous part of a body: after an `await`, or outside of tasks.
 *
 * @example Read it first
 * ```ts
 * import { abortSignal, task } from "aiodag";
 *
 * const fetchUser = task(async function fetchUser(id: number) {
 *   const signal = abortSignal();
 *   const response = await fetch(`https://example.com/users/${id}`, { signal });
 *   return response.json();
 * });
 *
 * const user = fetchUser(1);
 * user.abort(); // the request never starts, or ends here
 * ```
 */
export function abortSignal(): AbortSignal {
  if (!running) {
    throw new Error("Cannot give an abort signal: expected a task's body, before its first await");
  }
  const extra = (running.extra ??= {});
  extra.controller ??= new AbortController();
  if (running.state >= FULFILLED) extra.controller.abort(running.data);
  return extra.controller.signal;
}
