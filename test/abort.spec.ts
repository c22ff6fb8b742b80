import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Task, abortSignal, all, task } from "./aiodag.ts";
import { deferred } from "./support/deferred.ts";
import { collectRejections } from "./support/rejections.ts";
import { turn } from "./support/turn.ts";

type Log = string[];

/** A task that logs its start, and never runs when it should not without being seen. */
const logged = (log: Log, name: string) =>
  task((...inputs: unknown[]) => {
    log.push(`${name} runs`);
    return inputs[0];
  });

/** A task whose body ends only when it is told to, and which does not look at its signal. */
const unstoppable = <T>(end: Promise<T>) => task(async (..._inputs: unknown[]): Promise<T> => end);

/** A task whose body asks for its signal, and ends only when it is told to. */
const stoppable = <T>(end: Promise<T>, signals: AbortSignal[] = []) =>
  task(async (..._inputs: unknown[]): Promise<T> => {
    signals.push(abortSignal());
    return end;
  });

const never = new Promise<never>(() => {});

const statuses = (...handles: Task<unknown>[]) => handles.map(({ status }) => status);

const isAbortedWith = (handle: Task<unknown>, reason: unknown): void => {
  assert.is(handle.status, "rejected");
  assert.is(handle.reason, reason);
};

const outcome = (promise: PromiseLike<unknown>): Promise<unknown[]> =>
  Promise.resolve(promise).then(
    (value) => ["fulfilled", value],
    (reason: unknown) => ["rejected", reason],
  );

// ---------------------------------------------------------------------------------------------- states of a task

const states = suite("abort: the task itself");

states("a waiting task is rejected when abort() returns, and its body never runs", async () => {
  const log: Log = [];
  const reason = new Error("unwanted");
  const input = deferred();
  const handle = logged(log, "body")(input.promise);
  handle.abort(reason);
  isAbortedWith(handle, reason);
  assert.equal(await outcome(handle), ["rejected", reason]);
  input.resolve();
  await turn();
  assert.equal(log, []);
});

states("a ready task is rejected when abort() returns, and its body never runs", async () => {
  const log: Log = [];
  const reason = new Error("unwanted");
  const handle = logged(log, "body")(1);
  handle.abort(reason);
  isAbortedWith(handle, reason);
  await turn();
  assert.equal(log, []);
});

states("a task made ready by the same settlement as the one that aborts it never runs", async () => {
  const log: Log = [];
  const input = deferred();
  const source = unstoppable(input.promise)();
  const aborting = task((_: unknown) => {
    log.push("first runs");
    second.abort();
  });
  const first = aborting(source);
  const second = logged(log, "second")(source);
  const third = logged(log, "third")(source);
  input.resolve();
  await turn();
  assert.equal(log, ["first runs", "third runs"]);
  assert.equal(statuses(first, second, third), ["fulfilled", "rejected", "fulfilled"]);
});

states("a task queued for a slot is rejected when abort() returns, and its body never runs", async () => {
  const log: Log = [];
  const reason = new Error("unwanted");
  const slot = deferred();
  const limited = task({ concurrency: 1 });
  const holder = limited(() => slot.promise)();
  const queued = limited(() => log.push("queued runs"))();
  await turn();
  queued.abort(reason);
  isAbortedWith(queued, reason);
  slot.resolve();
  await turn();
  assert.is(holder.status, "fulfilled");
  assert.equal(log, []);
});

states("a running task is rejected when abort() returns, and its signal aborts with the same reason", async () => {
  const signals: AbortSignal[] = [];
  const reason = new Error("unwanted");
  const handle = stoppable(never, signals)();
  await turn();
  assert.is(signals[0]!.aborted, false);
  handle.abort(reason);
  isAbortedWith(handle, reason);
  assert.is(signals[0]!.aborted, true);
  assert.is(signals[0]!.reason, reason);
});

states("a running task that ignores its signal is rejected when abort() returns all the same", async () => {
  const log: Log = [];
  const end = deferred();
  const handle = task(async () => {
    await end.promise;
    log.push("ran to its end");
  })();
  await turn();
  handle.abort();
  assert.is(handle.status, "rejected");
  end.resolve();
  await turn();
  assert.equal(log, ["ran to its end"]);
  assert.is(handle.status, "rejected");
});

states("a task that waits for a returned handle is rejected when abort() returns, and takes it along", async () => {
  const log: Log = [];
  const reason = new Error("unwanted");
  const inner: Task<unknown>[] = [];
  const handle = task(() => (inner[0] = logged(log, "inner")(never)))();
  await turn();
  assert.is(handle.status, "pending");
  handle.abort(reason);
  isAbortedWith(handle, reason);
  isAbortedWith(inner[0]!, reason);
});

states("a fulfilled task is left as it is", async () => {
  const signals: AbortSignal[] = [];
  const handle = stoppable(Promise.resolve(7), signals)();
  assert.is(await handle, 7);
  handle.abort(new Error("too late"));
  assert.equal([handle.status, handle.value, handle.reason], ["fulfilled", 7, undefined]);
  assert.is(signals[0]!.aborted, false);
  assert.is(await handle, 7);
});

states("a rejected task keeps its own reason", async () => {
  const reason = new Error("its own");
  const handle = task(() => {
    throw reason;
  })();
  assert.equal(await outcome(handle), ["rejected", reason]);
  handle.abort(new Error("too late"));
  isAbortedWith(handle, reason);
});

states("a task that was aborted keeps the first reason", () => {
  const first = new Error("first");
  const handle = logged([], "body")(never);
  handle.abort(first);
  handle.abort(new Error("second"));
  isAbortedWith(handle, first);
});

states("a settled task whose dependents are still pending takes none of them along", async () => {
  const source = task(() => 1)();
  const dependent = unstoppable(Promise.resolve(2))(source, never);
  await source;
  source.abort();
  await turn();
  assert.equal(statuses(source, dependent), ["fulfilled", "pending"]);
});

for (const [given, args] of [["no reason", []], ["undefined", [undefined]]] as [string, unknown[]][]) {
  states(`the reason is an AbortError DOMException where abort() is given ${given}`, async () => {
    const signals: AbortSignal[] = [];
    const handle = stoppable(never, signals)();
    await turn();
    handle.abort(...(args as []));
    assert.instance(handle.reason, DOMException);
    assert.is((handle.reason as DOMException).name, "AbortError");
    assert.is(signals[0]!.reason, handle.reason);
  });
}

states("any other reason is passed on unchanged", async () => {
  for (const reason of [null, 0, "", false, {}, () => {}, Promise.resolve()]) {
    const handle = logged([], "body")(never);
    handle.abort(reason);
    isAbortedWith(handle, reason);
    const seen = await handle.then(() => assert.unreachable(), (given: unknown) => [given]);
    assert.is((seen as unknown[])[0], reason);
  }
});

states("abort() returns nothing, and is inherited by every handle", () => {
  const handles = [task(() => {})(), all([never]), all({ a: never })] as Task<unknown>[];
  for (const handle of handles) {
    assert.is((handle.abort as () => unknown)(), undefined);
    assert.is(handle.status, "rejected");
  }
});

states.run();

// ---------------------------------------------------------------------------------------------------- dependents

const dependents = suite("abort: dependents");

dependents("data dependents fail with the same reason before abort() returns, and theirs too", async () => {
  const log: Log = [];
  const reason = new Error("unwanted");
  const source = unstoppable(never)();
  const child = logged(log, "child")(1, source);
  const grandchild = all([child, 1]);
  const leaf = logged(log, "leaf")(grandchild);
  await turn();
  source.abort(reason);
  for (const handle of [source, child, grandchild, leaf]) isAbortedWith(handle, reason);
  await turn();
  assert.equal(log, []);
});

dependents("a task whose body returned the aborted handle fails with the same reason", async () => {
  const reason = new Error("unwanted");
  const source = unstoppable(never)();
  const outer = task(() => source)();
  await turn();
  source.abort(reason);
  isAbortedWith(outer, reason);
});

dependents("a task called with a handle that was aborted before fails at once with the same reason", async () => {
  const log: Log = [];
  const reason = new Error("unwanted");
  const source = unstoppable(never)();
  source.abort(reason);
  const dependent = logged(log, "dependent")(source);
  isAbortedWith(dependent, reason);
  await turn();
  assert.equal(log, []);
});

dependents("a settled task sees the abort as any failure", async () => {
  const reason = new Error("unwanted");
  const source = unstoppable(never)();
  const dependent = task({ settled: true })((...outcomes: PromiseSettledResult<unknown>[]) => outcomes)(source, 2);
  await turn();
  source.abort(reason);
  assert.is(dependent.status, "pending");
  assert.equal(await dependent, [{ status: "rejected", reason }, { status: "fulfilled", value: 2 }]);
  assert.is((dependent.value![0] as PromiseRejectedResult).reason, reason);
});

dependents("an order-only dependent runs all the same", async () => {
  const source = unstoppable(never)();
  const dependent = task((value: number) => value, source)(3);
  await turn();
  source.abort();
  assert.is(dependent.status, "pending");
  assert.is(await dependent, 3);
});

dependents("one that depends on it for data and in order fails", async () => {
  const log: Log = [];
  const source = unstoppable(never)();
  const handle = task((_: unknown) => log.push("runs"), source)(source);
  source.abort("unwanted");
  isAbortedWith(handle, "unwanted");
  await turn();
  assert.equal(log, []);
});

dependents("a dependent that fails because of an abort leaves its other dependencies running", async () => {
  const log: Log = [];
  const signals: AbortSignal[] = [];
  const input = deferred<number>();
  const aborted = unstoppable(never)();
  const waiting = logged(log, "waiting")(input.promise);
  const running = stoppable(input.promise, signals)();
  const dependent = logged(log, "dependent")(aborted, waiting, running);
  await turn();
  aborted.abort("unwanted");
  isAbortedWith(dependent, "unwanted");
  assert.equal(statuses(waiting, running), ["pending", "pending"]);
  input.resolve(5);
  await turn();
  assert.equal(log, ["waiting runs"]);
  assert.equal([waiting.value, running.value], [5, 5]);
  assert.is(signals[0]!.aborted, false);
});

dependents("a dependent that fails because of an abort is gone: its other dependencies can become unwanted", async () => {
  const aborted = unstoppable(never)();
  const other = logged([], "other")(never);
  const failed = logged([], "failed")(aborted, other);
  const last = logged([], "last")(other);
  aborted.abort("unwanted");
  assert.equal(statuses(failed, other, last), ["rejected", "pending", "pending"]);
  last.abort("last");
  isAbortedWith(other, "last");
});

dependents("failure alone aborts nothing, and a dependent that failed is gone", async () => {
  const input = deferred<never>();
  const failing = unstoppable(input.promise)();
  const other = logged([], "other")(never);
  const failed = logged([], "failed")(failing, other);
  const last = logged([], "last")(other);
  await turn();
  input.reject("failed");
  await outcome(failed);
  assert.equal(statuses(failing, failed, other, last), ["rejected", "rejected", "pending", "pending"]);
  last.abort("last");
  isAbortedWith(other, "last");
});

dependents("a task that failed when it was called is gone too", async () => {
  const failed = unstoppable(never)();
  failed.abort();
  const other = logged([], "other")(never);
  const stillborn = logged([], "stillborn")(other, failed);
  const last = logged([], "last")(other);
  assert.equal(statuses(stillborn, other), ["rejected", "pending"]);
  last.abort("last");
  isAbortedWith(other, "last");
});

dependents.run();

// ------------------------------------------------------------------------------------------------------ upstream

const upstream = suite("abort: work that nobody wants any more");

upstream("goes with the task, and so on up", () => {
  const reason = new Error("unwanted");
  const first = logged([], "first")(never);
  const second = logged([], "second")(first);
  const third = all([second]);
  const last = logged([], "last")(third);
  last.abort(reason);
  for (const handle of [first, second, third, last]) isAbortedWith(handle, reason);
});

upstream("is ready, and has not started: it never runs", async () => {
  const log: Log = [];
  const ready = logged(log, "ready")(1);
  logged(log, "dependent")(ready).abort("unwanted");
  isAbortedWith(ready, "unwanted");
  await turn();
  assert.equal(log, []);
});

upstream("is queued for a slot: it never runs", async () => {
  const log: Log = [];
  const slot = deferred();
  const limited = task({ concurrency: 1 });
  limited(() => slot.promise)();
  const queued = limited(() => log.push("queued"))();
  await turn();
  logged(log, "dependent")(queued).abort("unwanted");
  isAbortedWith(queued, "unwanted");
  slot.resolve();
  await turn();
  assert.equal(log, []);
});

upstream("runs, and has asked for its signal: it is stopped", async () => {
  const signals: AbortSignal[] = [];
  const running = stoppable(never, signals)();
  const dependent = logged([], "dependent")(running);
  await turn();
  dependent.abort("unwanted");
  isAbortedWith(running, "unwanted");
  assert.equal([signals[0]!.aborted, signals[0]!.reason], [true, "unwanted"]);
});

upstream("runs, and cannot be stopped: it runs on and keeps its result", async () => {
  const end = deferred<number>();
  const above = logged([], "above")(1);
  const running = unstoppable(end.promise)(above);
  const dependent = logged([], "dependent")(running);
  await turn();
  dependent.abort();
  assert.equal(statuses(above, running, dependent), ["fulfilled", "pending", "rejected"]);
  end.resolve(4);
  assert.is(await running, 4);
});

upstream("runs on and fails: the aborted dependent had taken charge of that", async () => {
  const end = deferred<never>();
  const { unhandled } = await collectRejections(async () => {
    const running = unstoppable(end.promise)();
    const dependent = logged([], "dependent")(running);
    await turn();
    dependent.abort();
    end.reject("late");
    await turn();
    isAbortedWith(running, "late");
  });
  assert.equal(unhandled, []);
});

upstream("waits for a handle that its body returned: both go", async () => {
  const inner = logged([], "inner")(never);
  const returning = task(() => inner)();
  const dependent = logged([], "dependent")(returning);
  await turn();
  dependent.abort("unwanted");
  isAbortedWith(returning, "unwanted");
  isAbortedWith(inner, "unwanted");
});

upstream("is a returned handle that runs and cannot be stopped: it runs on", async () => {
  const end = deferred<number>();
  const inner = unstoppable(end.promise)();
  const returning = task(() => inner)();
  await turn();
  returning.abort();
  assert.equal(statuses(returning, inner), ["rejected", "pending"]);
  end.resolve(1);
  assert.is(await inner, 1);
});

upstream("is a returned handle with another dependent: it is kept", async () => {
  const inner = logged([], "inner")(never);
  const other = logged([], "other")(inner);
  const returning = task(() => inner)();
  await turn();
  returning.abort();
  assert.equal(statuses(returning, inner, other), ["rejected", "pending", "pending"]);
  other.abort();
  assert.is(inner.status, "rejected");
});

upstream("is a handle that an async body returned: it counts as chained and is kept", async () => {
  const inner = logged([], "inner")(never);
  const returning = task(async () => inner)();
  await turn();
  returning.abort();
  assert.equal(statuses(returning, inner), ["rejected", "pending"]);
});

upstream("is shared: it is kept until its last dependent is gone", () => {
  const shared = logged([], "shared")(never);
  const [a, b, c] = [1, 2, 3].map(() => logged([], "dependent")(shared)) as [Task<unknown>, Task<unknown>, Task<unknown>];
  b.abort("b");
  assert.equal(statuses(shared, a, b, c), ["pending", "pending", "rejected", "pending"]);
  a.abort("a");
  assert.equal(statuses(shared, a, b, c), ["pending", "rejected", "rejected", "pending"]);
  c.abort("c");
  isAbortedWith(shared, "c");
});

upstream("is kept by a dependent that came after others had gone", () => {
  const shared = unstoppable(never)(never);
  const gone = logged([], "gone")(shared, all([shared]));
  const kept = logged([], "kept")(shared);
  gone.abort();
  assert.equal(statuses(shared, gone, kept), ["pending", "rejected", "pending"]);
  const late = logged([], "late")(shared);
  kept.abort();
  assert.equal(statuses(shared, late), ["pending", "pending"]);
  late.abort();
  assert.equal(statuses(shared, late), ["rejected", "rejected"]);
});

upstream("held in a variable, and not chained, counts as unwanted once its last dependent is aborted", () => {
  const saved = logged([], "saved")(never);
  logged([], "page")(saved).abort("unwanted");
  isAbortedWith(saved, "unwanted");
});

const chainings: [string, (saved: Task<unknown>) => unknown][] = [
  ["then()", (saved) => saved.then()],
  ["then() with callbacks", (saved) => saved.then(() => {}, () => {})],
  ["catch()", (saved) => saved.catch(() => {})],
  ["finally()", (saved) => saved.finally(() => {})],
  ["await", async (saved) => { await saved; }],
  ["Promise.all()", (saved) => Promise.all([saved])],
  ["Promise.resolve().then()", (saved) => Promise.resolve().then(() => saved)],
];
for (const [name, chain] of chainings) {
  upstream(`is kept by ${name}`, async () => {
    const input = deferred<number>();
    const above = unstoppable(never)(input.promise);
    const saved = logged([], "saved")(input.promise, 1);
    chain(saved);
    await turn();
    const dependent = logged([], "dependent")(saved, above);
    dependent.abort();
    assert.equal(statuses(dependent, saved, above), ["rejected", "pending", "rejected"]);
    input.resolve(6);
    assert.is(await saved, 6);
  });
}

upstream("is no longer wanted although its status, value and reason have been read", () => {
  const saved = logged([], "saved")(never);
  assert.equal([saved.status, saved.value, saved.reason], ["pending", undefined, undefined]);
  logged([], "dependent")(saved).abort();
  assert.is(saved.status, "rejected");
});

upstream("does not count what was only waited for in order", async () => {
  const log: Log = [];
  const input = deferred();
  const before = logged(log, "before")(input.promise);
  const dependent = task(() => log.push("dependent"), before)();
  dependent.abort();
  assert.equal(statuses(before, dependent), ["pending", "rejected"]);
  input.resolve();
  await turn();
  assert.equal(log, ["before runs"]);
});

upstream("is kept by an order-only dependent that is still there", () => {
  const shared = logged([], "shared")(never);
  const ordered = task(() => {}, shared)();
  logged([], "dependent")(shared).abort();
  assert.equal(statuses(shared, ordered), ["pending", "pending"]);
  ordered.abort();
  assert.is(shared.status, "pending", "abort does not travel to what was only waited for in order");
});

upstream("is not kept by an order-only dependent that is gone", () => {
  const shared = logged([], "shared")(never);
  task(() => {}, shared)().abort();
  assert.is(shared.status, "pending");
  logged([], "dependent")(shared).abort("unwanted");
  isAbortedWith(shared, "unwanted");
});

upstream("goes where the same dependent waited for it in order as well", () => {
  const shared = logged([], "shared")(never);
  const dependent = task((_: unknown) => {}, shared)(shared);
  dependent.abort("unwanted");
  isAbortedWith(shared, "unwanted");
});

upstream("goes with a settled task, and is kept by one", () => {
  const both = task({ settled: true })((..._: PromiseSettledResult<unknown>[]) => {});
  const shared = logged([], "shared")(never);
  const first = both(shared, 1);
  const second = both(shared, 2);
  first.abort("first");
  assert.equal(statuses(first, shared, second), ["rejected", "pending", "pending"]);
  second.abort("second");
  isAbortedWith(shared, "second");
});

upstream("goes with all()", () => {
  const members = [logged([], "a")(never), logged([], "b")(never)];
  const kept = logged([], "kept")(never);
  const other = logged([], "other")(kept);
  const joined = all({ a: members[0], b: members[1], kept, n: 1 });
  joined.abort("unwanted");
  for (const member of members) isAbortedWith(member, "unwanted");
  assert.equal(statuses(kept, other), ["pending", "pending"]);
});

upstream("passed twice to the same task goes with it", () => {
  for (const times of [2, 3, 5]) {
    const twice = logged([], "twice")(never);
    logged([], "dependent")(...Array.from({ length: times }, () => twice)).abort("unwanted");
    isAbortedWith(twice, "unwanted");
  }
});

upstream("passed twice is kept by another dependent, whichever was first and whichever leaves first", () => {
  const doubled = (input: Task<unknown>) => logged([], "doubled")(input, input);
  const single = (input: Task<unknown>) => logged([], "single")(input);
  for (const order of [[doubled, single], [single, doubled], [doubled, doubled], [single, doubled, single]]) {
    for (const leaving of [[0, 1, 2], [2, 1, 0], [1, 0, 2]]) {
      const shared = logged([], "shared")(never);
      const handles = order.map((call) => call(shared));
      const present = leaving.filter((at) => at < handles.length);
      for (const [count, at] of present.entries()) {
        assert.is(shared.status, "pending", `after ${count} of ${handles.length} had gone`);
        handles[at]!.abort("unwanted");
      }
      isAbortedWith(shared, "unwanted");
    }
  }
});

upstream("of a diamond goes when both sides are gone", () => {
  const top = logged([], "top")(never);
  const left = logged([], "left")(top);
  const right = logged([], "right")(top);
  const bottom = logged([], "bottom")(left, right);
  bottom.abort("unwanted");
  for (const handle of [top, left, right, bottom]) isAbortedWith(handle, "unwanted");
});

upstream("of a diamond is kept by the side that was not aborted", async () => {
  const input = deferred<number>();
  const top = logged([], "top")(input.promise);
  const left = logged([], "left")(top);
  const right = logged([], "right")(top);
  const bottom = logged([], "bottom")(left, right);
  left.abort("unwanted");
  assert.equal(statuses(top, left, right, bottom), ["pending", "rejected", "pending", "rejected"]);
  input.resolve(8);
  assert.is(await right, 8);
});

upstream("of a diamond that has a chained side keeps that side and what it needs", () => {
  const top = logged([], "top")(never);
  const left = logged([], "left")(top);
  const right = logged([], "right")(top);
  void right.then();
  const bottom = logged([], "bottom")(left, right);
  bottom.abort("unwanted");
  assert.equal(statuses(top, left, right, bottom), ["pending", "rejected", "pending", "rejected"]);
});

upstream("that is settled stays as it is", async () => {
  const done = logged([], "done")(1);
  await turn();
  const pending = logged([], "pending")(never);
  logged([], "dependent")(done, pending).abort();
  assert.equal(statuses(done, pending), ["fulfilled", "rejected"]);
  assert.is(done.value, 1);
});

upstream("that is a native promise or a foreign thenable is only left alone, and its failure taken over", async () => {
  const { unhandled } = await collectRejections(async () => {
    const native = deferred<never>();
    let reject: ((reason: unknown) => void) | undefined;
    const foreign = { then: (_: unknown, onRejected: (reason: unknown) => void) => void (reject = onRejected) };
    const dependent = logged([], "dependent")(native.promise, foreign);
    await turn();
    dependent.abort("unwanted");
    native.reject("late");
    reject!("late");
    await turn();
    isAbortedWith(dependent, "unwanted");
  });
  assert.equal(unhandled, []);
});

upstream("keeps what a dependent of the aborted one shares with others, in a graph of many", () => {
  // Every task of a layer depends on all of the layer before: nothing goes before the last of its dependents has.
  const layers: Task<unknown>[][] = [[logged([], "top")(never)]];
  for (let depth = 0; depth < 10; depth++) {
    layers.push(Array.from({ length: 10 }, () => logged([], "task")(...layers.at(-1)!)));
  }
  const last = layers.at(-1)!;
  for (const handle of last.slice(1)) handle.abort();
  assert.equal(statuses(...layers.slice(0, -1).flat()), layers.slice(0, -1).flat().map(() => "pending"));
  last[0]!.abort();
  assert.equal(statuses(...layers.flat()), layers.flat().map(() => "rejected"));
});

upstream.run();

// ------------------------------------------------------------------------------------------------ what comes later

const later = suite("abort: what the body does later");

const endings: [string, (end: Promise<void>) => unknown][] = [
  ["returns a value", async (end) => { await end; return "late"; }],
  ["throws", async (end) => { await end; throw new Error("late"); }],
  ["returns a native promise that is rejected", (end) => end.then(() => Promise.reject(new Error("late")))],
  ["returns a handle that fails", (end) => end.then(() => task(() => { throw new Error("late"); })())],
  ["returns a foreign thenable that fails", (end) => ({
    then: (_: unknown, onRejected: (reason: unknown) => void) => void end.then(() => onRejected(new Error("late"))),
  })],
  ["returned a handle, which fails", (end) => task(async () => { await end; throw new Error("late"); })()],
];
for (const [what, body] of endings) {
  later(`is dropped silently where it ${what}`, async () => {
    const rejections = await collectRejections(async () => {
      const end = deferred();
      const handle = task(() => body(end.promise))();
      await turn();
      handle.abort("unwanted");
      end.resolve();
      await turn();
      isAbortedWith(handle, "unwanted");
      await turn();
    });
    assert.equal(rejections, { unhandled: [], handled: [] });
  });
}

const selfEndings: [string, () => unknown][] = [
  ["returns a value", () => "late"],
  ["throws", () => { throw new Error("late"); }],
  ["returns a native promise that is rejected", () => Promise.reject(new Error("late"))],
  ["returns a handle that fails", () => task(() => { throw new Error("late"); })()],
  ["returns a handle that has failed", () => failedBefore],
  ["returns a value whose then throws", () => ({ get then() { throw new Error("late"); } })],
];
let failedBefore: Task<unknown>;
for (const [what, ending] of selfEndings) {
  later(`is dropped silently where a body aborts its own task and then ${what}`, async () => {
    const rejections = await collectRejections(async () => {
      failedBefore = task(() => { throw new Error("handled"); })();
      failedBefore.catch(() => {});
      await turn();
      const handle: Task<unknown> = task(() => {
        handle.abort("unwanted");
        isAbortedWith(handle, "unwanted");
        return ending();
      })();
      await turn();
      isAbortedWith(handle, "unwanted");
    });
    assert.equal(rejections, { unhandled: [], handled: [] });
  });
}

later("is dropped silently where a body aborts its own task and returns a handle that runs on and fails", async () => {
  const rejections = await collectRejections(async () => {
    const end = deferred<never>();
    const running = unstoppable(end.promise)();
    await turn();
    const handle: Task<unknown> = task(() => {
      handle.abort("unwanted");
      return running;
    })();
    await turn();
    end.reject("late");
    await turn();
    isAbortedWith(handle, "unwanted");
    isAbortedWith(running, "late");
  });
  assert.equal(rejections, { unhandled: [], handled: [] });
});

later("is not reported: neither the aborted handle nor a dependent that failed for that", async () => {
  const { unhandled } = await collectRejections(async () => {
    const waiting = logged([], "waiting")(never);
    const dependent = logged([], "dependent")(waiting);
    const leaf = all([dependent]);
    const running = stoppable(never)();
    await turn();
    running.abort();
    waiting.abort();
    assert.equal(statuses(waiting, dependent, leaf, running), ["rejected", "rejected", "rejected", "rejected"]);
    assert.is(logged([], "late")(leaf).status, "rejected");
  });
  assert.equal(unhandled, []);
});

later("is reported where a promise that then() made is left unhandled, as native ones are", async () => {
  const { unhandled } = await collectRejections(() => {
    const handle = logged([], "body")(never);
    void handle.then(() => {});
    handle.abort("unwanted");
  });
  assert.equal(unhandled, ["unwanted"]);
});

later("is reported where a settled dependent fails of its own", async () => {
  const { unhandled } = await collectRejections(() => {
    const handle = logged([], "body")(never);
    task({ settled: true })((_: PromiseSettledResult<unknown>) => { throw "its own"; })(handle);
    handle.abort("unwanted");
  });
  assert.equal(unhandled, ["its own"]);
});

later.run();

// ------------------------------------------------------------------------------------------- abort from anywhere

const anywhere = suite("abort: from a body, a listener or a then getter");

anywhere("a body may abort a task that runs, one that waits, and a dependent of its own", async () => {
  const signals: AbortSignal[] = [];
  const running = stoppable(never, signals)();
  const waiting = logged([], "waiting")(never);
  const log: Log = [];
  const aborting: Task<string> = task(() => {
    running.abort("a");
    waiting.abort("b");
    dependent.abort("c");
    log.push(...statuses(running, waiting, dependent, aborting));
    return "done";
  })();
  const dependent = logged(log, "dependent")(aborting);
  await turn();
  assert.equal(log, ["rejected", "rejected", "rejected", "pending"]);
  assert.equal([running.reason, waiting.reason, dependent.reason, aborting.value], ["a", "b", "c", "done"]);
  assert.is(signals[0]!.aborted, true);
});

anywhere("a body that has asked for its signal and aborts its only dependent is aborted with it", async () => {
  const log: unknown[] = [];
  const body: Task<string> = task(() => {
    const signal = abortSignal();
    dependent.abort("unwanted");
    log.push(body.status, signal.aborted, signal.reason);
    return "late";
  })();
  const dependent = logged([], "dependent")(body);
  await turn();
  assert.equal(log, ["rejected", true, "unwanted"]);
  isAbortedWith(body, "unwanted");
});

anywhere("a listener runs after all handles that the abort settles have settled", async () => {
  const log: unknown[] = [];
  const source = task(() => {
    abortSignal().addEventListener("abort", () => log.push(statuses(...graph)));
    return never;
  });
  const graph: Task<unknown>[] = [source(), source()];
  graph.push(all(graph));
  graph.push(logged([], "last")(graph[2]));
  graph.push(logged([], "dependent of a source")(graph[0]));
  await turn();
  // The source on the left is shared with a task that fails for it.
  graph[2]!.abort("unwanted");
  assert.equal(log, [["pending", "rejected", "rejected", "rejected", "pending"]]);
  log.length = 0;
  graph[4]!.abort("unwanted");
  assert.equal(log, [["rejected", "rejected", "rejected", "rejected", "rejected"]]);
});

anywhere("listeners of several tasks stopped by one abort all see all of them settled", async () => {
  const log: unknown[] = [];
  const source = task((name: string) => {
    abortSignal().addEventListener("abort", () => log.push([name, ...statuses(...graph)]));
    return never;
  });
  const graph: Task<unknown>[] = [source("a"), source("b"), source("c")];
  graph.push(all(graph), logged([], "settled")(never));
  await turn();
  graph[3]!.abort();
  const expected = ["rejected", "rejected", "rejected", "rejected", "pending"];
  assert.equal(log, ["a", "b", "c"].map((name) => [name, ...expected]));
});

anywhere("a listener may abort other tasks, call tasks and abort its own again", async () => {
  const log: Log = [];
  const other = stoppable(never)();
  const otherDependent = logged(log, "other dependent")(other);
  const called: Task<unknown>[] = [];
  const source: Task<unknown> = task(() => {
    abortSignal().addEventListener("abort", () => {
      source.abort("again");
      otherDependent.abort("from a listener");
      called.push(logged(log, "called")(1), logged(log, "stillborn")(source));
    });
    return never;
  })();
  await turn();
  source.abort("unwanted");
  isAbortedWith(source, "unwanted");
  isAbortedWith(other, "from a listener");
  isAbortedWith(otherDependent, "from a listener");
  await turn();
  assert.equal(log, ["called runs"]);
  assert.equal(statuses(...called), ["fulfilled", "rejected"]);
});

anywhere("a then getter of an argument may abort what the same call depends on", async () => {
  const log: Log = [];
  const before = unstoppable(never)();
  const after = logged([], "after")(never);
  const argument = {
    get then() {
      before.abort("from a getter");
      after.abort("from a getter");
      return undefined;
    },
  };
  const handle = logged(log, "body")(before, argument, after);
  isAbortedWith(handle, "from a getter");
  await turn();
  assert.equal(log, []);
});

anywhere("a then getter of a result may abort the task itself", async () => {
  const { unhandled } = await collectRejections(async () => {
    for (const then of [undefined, (resolve: (value: unknown) => void) => resolve(1)]) {
      const handle: Task<unknown> = task(() => ({
        get then() {
          handle.abort("from a getter");
          return then;
        },
      }))();
      await turn();
      isAbortedWith(handle, "from a getter");
    }
  });
  assert.equal(unhandled, []);
});

anywhere("a then method may abort the task that waits for it, and call back all the same", async () => {
  const log: Log = [];
  const thenable = {
    then(resolve: (value: unknown) => void) {
      waiting.abort("from then");
      resolve(1);
    },
  };
  const waiting = logged(log, "waiting")(thenable);
  const dependent = logged(log, "dependent")(waiting);
  await turn();
  isAbortedWith(waiting, "from then");
  isAbortedWith(dependent, "from then");
  assert.equal(log, []);
});

anywhere("a then callback may abort the dependents of the task it was told of", async () => {
  const log: Log = [];
  const input = deferred();
  const source = unstoppable(input.promise)();
  const dependent = unstoppable(never)(source);
  const leaf = logged(log, "leaf")(dependent);
  void source.then(() => leaf.abort("from a callback"));
  input.resolve();
  await turn();
  isAbortedWith(leaf, "from a callback");
  assert.equal([source.status, ...log], ["fulfilled"]);
});

anywhere.run();
