import { turn } from "./turn.ts";

/** workerd delivers a message before microtasks that were queued earlier. */
const deliversEarly = globalThis.navigator?.userAgent === "Cloudflare-Workers";

/** Absent from browsers. In Deno it is this that is a macrotask of its own, which a message is not. */
const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => unknown };

/** As turn(), without the milliseconds that a timer takes: for specs that take hundreds of turns. */
export function drain(): Promise<void> {
  if (deliversEarly) return turn();
  if (setImmediate) return new Promise((resolve) => void setImmediate(resolve));
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
