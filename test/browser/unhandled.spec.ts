import { suite } from "uvu";
import * as assert from "uvu/assert";
import { all, type Task, task } from "../aiodag.ts";
import { collectRejections } from "../support/rejections.ts";
import { turn } from "../support/turn.ts";

const test = suite("unhandled in a browser");

interface Seen {
  type: string;
  reason: unknown;
  promise: Promise<unknown>;
}

/** The window's own events while `body` runs, and what it leaves. */
async function eventsOf(body: () => unknown): Promise<Seen[]> {
  const seen: Seen[] = [];
  const note = ({ type, reason, promise }: PromiseRejectionEvent): void => void seen.push({ type, reason, promise });
  addEventListener("unhandledrejection", note);
  addEventListener("rejectionhandled", note);
  try {
    await collectRejections(body);
  } finally {
    removeEventListener("unhandledrejection", note);
    removeEventListener("rejectionhandled", note);
  }
  return seen;
}

test("the window's unhandledrejection comes once a leaf, with the reason and a native promise", async () => {
  const reason = new Error("root");
  const seen = await eventsOf(() => {
    const root = task((): never => {
      throw reason;
    })();
    const leaf = task((value: unknown) => value);
    for (let i = 0; i < 3; i++) leaf(leaf(root));
  });
  assert.equal(seen.map(({ type }) => type), ["unhandledrejection", "unhandledrejection", "unhandledrejection"]);
  for (const event of seen) {
    assert.is(event.reason, reason);
    assert.is(Promise.resolve(event.promise), event.promise);
  }
  assert.is(new Set(seen.map(({ promise }) => promise)).size, 3);
});

test("the window's rejectionhandled comes for the same promise when the failure is handled later", async () => {
  const ways: ((failed: Task<unknown>) => unknown)[] = [
    (failed) => failed.catch(() => {}),
    (failed) => task((value: unknown) => value)(failed).catch(() => {}),
    (failed) => all([failed]).catch(() => {}),
    (failed) => task({ settled: true })((_: PromiseSettledResult<unknown>) => {})(failed),
  ];
  for (const handle of ways) {
    const reason = new Error("first");
    let failed!: Task<unknown>;
    const before = await eventsOf(() => {
      failed = task((): never => {
        throw reason;
      })();
    });
    assert.equal(before.map(({ type }) => type), ["unhandledrejection"]);
    const after = await eventsOf(() => void handle(failed));
    assert.equal(after.map(({ type }) => type), ["rejectionhandled"]);
    assert.is(after[0]!.promise, before[0]!.promise);
    assert.is(after[0]!.reason, reason);
  }
});

test("the window is told of nothing that was handled, taken over or aborted", async () => {
  const seen = await eventsOf(async () => {
    const failed = task((): never => {
      throw new Error("handled");
    })();
    const leaf = task((..._: unknown[]) => {});
    leaf(failed).catch(() => {});
    leaf(leaf(failed), 1).catch(() => {});
    const stopped = task(async () => new Promise(() => {}))();
    leaf(leaf(stopped));
    await turn();
    stopped.abort();
  });
  assert.equal(seen, []);
});

test("the window's error event is not dispatched for a failure", async () => {
  const errors: ErrorEvent[] = [];
  const note = (event: ErrorEvent): void => void errors.push(event);
  addEventListener("error", note);
  await eventsOf(() => {
    task((): never => {
      throw new Error("root");
    })();
  });
  removeEventListener("error", note);
  assert.equal(errors, []);
});

test.run();
