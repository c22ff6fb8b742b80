/** The platform's own `unhandledrejection` and `rejectionhandled`, in one shape for every runtime. */
import { runtime } from "./runtime.ts";

export interface Rejections {
  /** The reasons of what nobody handled in time, in the order in which they were reported. */
  unhandled: unknown[];
  /** The reasons of what was handled after it had been reported. */
  handled: unknown[];
}

type Report = (kind: keyof Rejections, reason: unknown) => void;

let report: Report | undefined;

/** Has every event reported; what was set before is returned. */
export function onRejection(next: Report | undefined): Report | undefined {
  const previous = report;
  if (!listening) listen();
  report = next;
  return previous;
}

/**
 * Runs `body`, and a moment longer, and collects the events of that time. Without it a rejection that
 * nobody handles fails the spec.
 */
export async function collectRejections(body: () => unknown, moment = runtime === "browser" ? 50 : 20): Promise<Rejections> {
  const seen: Rejections = { unhandled: [], handled: [] };
  const last = new Error("The last report");
  let isLast = (): void => {};
  const previous = onRejection((kind, reason) => {
    if (reason === last) isLast();
    else seen[kind].push(reason);
  });
  try {
    await body();
    await new Promise((resolve) => setTimeout(resolve, moment));
    // A busy browser may report later than that, but in order: when this one is there, all before it are.
    await new Promise<void>((resolve) => {
      const limit = setTimeout(resolve, 5000);
      isLast = () => {
        clearTimeout(limit);
        resolve();
      };
      void Promise.reject(last);
    });
  } finally {
    onRejection(previous);
  }
  return seen;
}

let listening = false;

function listen(): void {
  listening = true;
  const tell: Report = (kind, reason) => {
    if (report) report(kind, reason);
    else if (kind === "unhandled") queueMicrotask(() => { throw reason; });
  };
  const reasons = new WeakMap<Promise<unknown>, unknown>();
  if (runtime === "node" || runtime === "bun") {
    process.on("unhandledRejection", (reason, promise) => {
      reasons.set(promise, reason);
      tell("unhandled", reason);
    });
    process.on("rejectionHandled", (promise) => tell("handled", reasons.get(promise)));
  } else {
    addEventListener("unhandledrejection", (event) => {
      event.preventDefault();
      reasons.set(event.promise, event.reason);
      tell("unhandled", event.reason);
    });
    // workerd does not tell the reason again.
    addEventListener("rejectionhandled", (event) => tell("handled", reasons.get(event.promise)));
  }
}
