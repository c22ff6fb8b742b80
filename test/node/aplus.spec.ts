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

const conformance = createRequire(import.meta.url)("promises-aplus-tests") as (
  adapter: Adapter,
  options: { reporter: Reporter; timeout: number },
  done: (error: Error | null) => void,
) => void;

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

test("handles pass the conformance tests", async () => {
  const failures: string[] = [];
  let passed = 0;
  await collectRejections(
    () =>
      new Promise<void>((resolve) => {
        const reporter = function (runner) {
          runner.on("pass", () => passed++);
          runner.on("fail", (failed, error) => failures.push(`${failed.fullTitle()}: ${error.message}`));
        } as (...args: ConstructorParameters<Reporter>) => void;
        conformance(adapter, { reporter: reporter as unknown as Reporter, timeout: 2000 }, () => resolve());
      }),
  );
  assert.equal(failures, []);
  assert.is(passed, 872);
});

test.run();
