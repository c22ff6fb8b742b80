/** The platform's own `unhandledrejection` and `rejectionhandled`, in one shape for every runtime. */
import { runtime } from "./runtime.ts";
import { turn } from "./turn.ts";

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
 * Runs `body`, and all microtasks that it leaves, and collects the events of that time. Without it a rejection that
 * nobody handles fails the spec.
 */
export async function collectRejections(body: () => unknown): Promise<Rejections> {
  const seen: Rejections = { unhandled: [], handled: [] };
  const previous = onRejection((kind, reason) => seen[kind].push(reason));
  try {
    await body();
    await allReported();
  } finally {
    onRejection(previous);
  }
  return seen;
}

/** What is rejected to see it reported, and what waits for that. */
const awaited = new Map<unknown, () => void>();

/** Fulfilled when all microtasks that are queued have run, and the platform has reported what they left. */
export async function allReported(): Promise<void> {
  if (!listening) listen();
  await turn();
  // Whenever the platform reports, it does so in order: when this one is there, all before it are.
  const last = new Error("The last report");
  await new Promise<void>((resolve) => {
    awaited.set(last, resolve);
    // An async function's promise is the platform's own, whatever the global one was replaced by.
    void (async () => {
      throw last;
    })();
  });
  awaited.delete(last);
}

let listening = false;

function listen(): void {
  listening = true;
  const tell: Report = (kind, reason) => {
    const isReported = awaited.get(reason);
    if (isReported) isReported();
    else if (report) report(kind, reason);
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
