import { createRequire } from "node:module";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { task } from "../aiodag.ts";
import { deferred } from "../support/deferred.ts";
import { collectRejections } from "../support/rejections.ts";

interface Adapter {
  deferred(): { promise: PromiseLike<unknown>; resolve(value: unknown): void; reject(reason: unknown): void };
  resolved(value: unknown): PromiseLike<unknown>;
  rejected(reason: unknown): PromiseLike<unknown>;
}

type Reporter = new (runner: { on(event: string, listener: (test: { fullTitle(): string }, error: Error) => void): void }) => object;

type Conformance = (adapter: Adapter, options: { reporter: Reporter; timeout: number }, done: () => void) => void;

const test = suite("Promises/A+");

const adapter: Adapter = {
  // Boxed, so that it is the task that resolves with what may be a thenable.
  deferred() {
    const { promise, resolve, reject } = deferred<{ value: unknown }>();
    return { promise: task((box: { value: unknown }) => box.value)(promise), resolve: (value) => resolve({ value }), reject };
  },
  resolved: (value) => task(() => value)(),
  rejected: (reason) => task(() => Promise.reject(reason))(),
};

/** Runs `body` with timers that take no time: each fires in a macrotask of its own, in the order of their times. */
async function withQuickTimers(body: () => Promise<void>): Promise<void> {
  const own = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
  const timers = new Set<{ at: number; callback: () => void }>();
  let now = 0;
  const fire = (): void => {
    const [next] = [...timers].sort((a, b) => a.at - b.at);
    if (!next) return;
    timers.delete(next);
    now = next.at;
    next.callback();
  };
  const quick = {
    setTimeout(callback: () => void, ms: number) {
      const timer = { at: now + Math.max(1, ms), callback };
      timers.add(timer);
      setImmediate(fire);
      return timer;
    },
    clearTimeout: (timer: { at: number; callback: () => void }) => void timers.delete(timer),
  };
  Object.assign(globalThis, quick);
  try {
    await body();
  } finally {
    Object.assign(globalThis, own);
  }
}

test("handles pass the conformance tests", async () => {
  const failures: string[] = [];
  let passed = 0;
  const reporter = function (runner) {
    runner.on("pass", () => passed++);
    runner.on("fail", (failed, error) => failures.push(`${failed.fullTitle()}: ${error.message}`));
  } as (...args: ConstructorParameters<Reporter>) => void;
  const run = (): Promise<void> =>
    new Promise((resolve) => {
      // It takes hold of the timers when it is loaded.
      const conformance = createRequire(import.meta.url)("promises-aplus-tests") as Conformance;
      conformance(adapter, { reporter: reporter as unknown as Reporter, timeout: 2000 }, resolve);
    });
  await collectRejections(() => withQuickTimers(run));
  assert.equal(failures, []);
  assert.is(passed, 872);
});

test.run();
