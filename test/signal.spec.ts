import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Task, abortSignal, all, task } from "./aiodag.ts";
import { deferred } from "./support/deferred.ts";
import { collectRejections } from "./support/rejections.ts";
import { turn } from "./support/turn.ts";

const never = new Promise<never>(() => {});

const statuses = (...handles: Task<unknown>[]) => handles.map(({ status }) => status);

function isAbortedWith(handle: Task<unknown>, reason: unknown): void {
  assert.is(handle.status, "rejected");
  assert.is(handle.reason, reason);
}

// ------------------------------------------------------------------------------------------- the option of a group

const option = suite("signal, the option");

option("aborts every pending call of the group with the signal's reason: waiting, ready, queued, running, returned", async () => {
  const log: string[] = [];
  const signals: AbortSignal[] = [];
  const reason = new Error("unwanted");
  const controller = new AbortController();
  const group = task({ signal: controller.signal, concurrency: 2 });
  const run = group(async (name: string, ..._: unknown[]) => {
    log.push(name);
    signals.push(abortSignal());
    return never;
  });
  const inner = task(() => never)();
  const returned = group(() => inner)();
  const running = run("running");
  const waiting = run("waiting", never);
  await turn();
  const queued = run("queued");
  await turn();
  assert.equal(log, ["running"]);
  controller.abort(reason);
  for (const handle of [returned, running, waiting, queued]) isAbortedWith(handle, reason);
  assert.equal(signals.map((signal) => signal.reason), [reason]);
  await turn();
  assert.equal(log, ["running"]);
  assert.is(inner.status, "pending", "it belongs to no group, and cannot be stopped");
});

option("aborts a call that is ready and has not started", async () => {
  const log: string[] = [];
  const controller = new AbortController();
  const handle = task({ signal: controller.signal })(() => log.push("runs"))();
  controller.abort("unwanted");
  isAbortedWith(handle, "unwanted");
  await turn();
  assert.equal(log, []);
});

option("gives the reason of the platform where the signal was given none", () => {
  const controller = new AbortController();
  const handle = task({ signal: controller.signal })(() => {})();
  controller.abort();
  isAbortedWith(handle, controller.signal.reason);
  assert.is((handle.reason as DOMException).name, "AbortError");
});

option("aborts the calls of all functions of the decorator, and of no other", () => {
  const controller = new AbortController();
  const group = task({ signal: controller.signal });
  const first = group((_: unknown) => {})(never);
  const second = group((_: unknown) => {})(never);
  const other = task({ signal: new AbortController().signal })((_: unknown) => {})(never);
  const plain = task((_: unknown) => {})(never);
  controller.abort("unwanted");
  assert.equal(statuses(first, second, other, plain), ["rejected", "rejected", "pending", "pending"]);
});

option("given to two decorators aborts the calls of both", () => {
  const controller = new AbortController();
  const handles = [1, 2].map(() => task({ signal: controller.signal })((_: unknown) => {})(never));
  controller.abort("unwanted");
  assert.equal(statuses(...handles), ["rejected", "rejected"]);
});

option("leaves settled calls as they are", async () => {
  const controller = new AbortController();
  const group = task({ signal: controller.signal });
  const fulfilled = group(() => 1)();
  const failed = group(() => { throw "failed"; })();
  failed.catch(() => {});
  await turn();
  controller.abort("unwanted");
  assert.equal([fulfilled.status, fulfilled.value, failed.status, failed.reason], ["fulfilled", 1, "rejected", "failed"]);
});

option("takes along what nobody wants any more outside of the group, and fails data dependents", () => {
  const controller = new AbortController();
  const upstream = task((_: unknown) => {})(never);
  const chained = task((_: unknown) => {})(never);
  void chained.then();
  const handle = task({ signal: controller.signal })((..._: unknown[]) => {})(upstream, chained);
  const dependent = all([handle]);
  controller.abort("unwanted");
  isAbortedWith(upstream, "unwanted");
  isAbortedWith(dependent, "unwanted");
  assert.is(chained.status, "pending");
});

option("aborted beforehand: the call is rejected when it returns, its body never runs, and nothing is reported", async () => {
  const { unhandled } = await collectRejections(async () => {
    const log: string[] = [];
    const reason = new Error("too late");
    const aborted = task({ signal: AbortSignal.abort(reason) })((..._: unknown[]) => log.push("runs"));
    const upstream = task((_: unknown) => {})(never);
    const stoppable = task(() => {
      abortSignal();
      return never;
    })();
    const unstoppable = task(() => never)();
    await turn();
    const calls = [aborted(), aborted(1), aborted(upstream, stoppable, unstoppable)];
    for (const handle of [...calls, upstream, stoppable]) isAbortedWith(handle, reason);
    assert.is(unstoppable.status, "pending");
    assert.is(all(calls).reason, reason);
    await turn();
    assert.equal(log, []);
  });
  assert.equal(unhandled, []);
});

option("aborted beforehand: nobody's upstream goes that others want", () => {
  const aborted = task({ signal: AbortSignal.abort("too late") })((..._: unknown[]) => {});
  const shared = task((_: unknown) => {})(never);
  const other = all([shared]);
  const chained = task((_: unknown) => {})(never);
  void chained.then();
  const ordered = task((_: unknown) => {})(never);
  const after = task({ signal: AbortSignal.abort("too late") })(() => {}, ordered)();
  aborted(shared, chained);
  assert.equal(statuses(shared, other, chained, ordered, after), ["pending", "pending", "pending", "pending", "rejected"]);
});

option("aborted beforehand: a call with a failed argument fails for that, as one that is aborted afterwards", () => {
  const failed = task((_: unknown) => {})(never);
  failed.abort("before");
  const handle = task({ signal: AbortSignal.abort("too late") })((_: unknown) => {})(failed);
  isAbortedWith(handle, "before");
});

option("applies to calls made after it has aborted, inside listeners and bodies too", async () => {
  const log: string[] = [];
  const controller = new AbortController();
  const called: Task<unknown>[] = [];
  const group = task({ signal: controller.signal });
  const call = group(() => log.push("runs"));
  controller.signal.addEventListener("abort", () => called.push(call()));
  group(() => {
    abortSignal().addEventListener("abort", () => called.push(call()));
    return never;
  })();
  await turn();
  controller.signal.addEventListener("abort", () => called.push(call()));
  controller.abort("unwanted");
  called.push(call());
  await task(() => called.push(call()))();
  assert.is(called.length, 5);
  for (const handle of called) isAbortedWith(handle, "unwanted");
  await turn();
  assert.equal(log, []);
});

option("has listeners of bodies run after all calls of the group have settled", async () => {
  const log: unknown[] = [];
  const controller = new AbortController();
  const run = task({ signal: controller.signal })((name: string, ..._: unknown[]) => {
    abortSignal().addEventListener("abort", () => log.push([name, ...statuses(...handles)]));
    return never;
  });
  const handles: Task<unknown>[] = [run("a"), run("b"), run("c", never)];
  handles.push(all(handles));
  await turn();
  controller.abort();
  const expected = ["rejected", "rejected", "rejected", "rejected"];
  assert.equal(log, [["a", ...expected], ["b", ...expected]]);
});

option("aborts 200,000 calls, in a chain and side by side", () => {
  const controller = new AbortController();
  const call = task({ signal: controller.signal })((_: unknown) => {});
  const handles = [call(new Promise(() => {}))];
  for (let i = 1; i < 100_000; i++) handles.push(call(handles[i - 1]));
  for (let i = 0; i < 100_000; i++) handles.push(call(0));
  controller.abort("unwanted");
  assert.is(handles.filter(({ reason }) => reason !== "unwanted").length, 0);
});

/** A signal that counts the listeners that are on it. */
function countingSignal() {
  const controller = new AbortController();
  const { signal } = controller;
  const listeners = new Set<unknown>();
  const count = { now: 0, most: 0, added: 0 };
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = function (this: AbortSignal, ...args: unknown[]): void {
    Reflect.apply(addEventListener, this, args);
    listeners.add(args[1]);
    count.added++;
    count.now = listeners.size;
    count.most = Math.max(count.most, count.now);
  };
  signal.removeEventListener = function (this: AbortSignal, ...args: unknown[]): void {
    Reflect.apply(removeEventListener, this, args);
    listeners.delete(args[1]);
    count.now = listeners.size;
  };
  return { controller, signal, count };
}

option("has no listener before the first call", () => {
  const { signal, count } = countingSignal();
  const group = task({ signal });
  group(() => {});
  assert.equal(count, { now: 0, most: 0, added: 0 });
});

option("has one listener while 10,000 calls of three functions are pending, and none when they have settled", async () => {
  const { signal, count } = countingSignal();
  const group = task({ signal });
  const end = deferred();
  const functions = [group(() => end.promise), group((_: unknown) => {}), group(async (_: unknown) => {})];
  const handles = Array.from({ length: 10_000 }, (_, i) => functions[i % 3]!(end.promise));
  assert.equal(count, { now: 1, most: 1, added: 1 });
  await turn();
  assert.is(count.now, 1);
  end.resolve();
  await Promise.all(handles);
  assert.equal(count, { now: 0, most: 1, added: 1 });
});

option("has no listener left after 10,000 calls one after the other", async () => {
  const { signal, count } = countingSignal();
  const call = task({ signal })(async (i: number) => i);
  for (let i = 0; i < 10_000; i++) {
    const handle = call(i);
    if (i % 1000 === 0) assert.is(count.now, 1);
    await handle;
  }
  assert.equal([count.now, count.most], [0, 1]);
});

option("has no listener left after calls that failed, were aborted one by one, or were stillborn", async () => {
  const { signal, count } = countingSignal();
  const group = task({ signal });
  const aborted = group((_: unknown) => {})(never);
  const running = group(() => never)();
  const failed = group(() => { throw "failed"; })();
  failed.catch(() => {});
  await turn();
  const stillborn = group((_: unknown) => {})(failed);
  stillborn.catch(() => {});
  const dependent = group((_: unknown) => {})(aborted);
  assert.is(count.now, 1);
  aborted.abort();
  assert.is(count.now, 1, "one is still running");
  running.abort();
  assert.equal(statuses(aborted, dependent, running, failed, stillborn), Array.from({ length: 5 }, () => "rejected"));
  assert.is(count.now, 0);
});

option("has no listener left after it has aborted, nor after calls made later", () => {
  const { controller, signal, count } = countingSignal();
  const call = task({ signal })((_: unknown) => {});
  for (let i = 0; i < 100; i++) call(never);
  controller.abort();
  assert.is(count.now, 0);
  for (let i = 0; i < 100; i++) call(never);
  assert.is(count.now, 0);
});

option("has one listener for each group", () => {
  const { controller, signal, count } = countingSignal();
  for (let i = 0; i < 3; i++) {
    const call = task({ signal })((_: unknown) => {});
    call(never);
    call(never);
  }
  assert.is(count.now, 3);
  controller.abort();
  assert.is(count.now, 0);
});

option.run();

// ------------------------------------------------------------------------------------------------- abortSignal()

const call = suite("abortSignal()");

/** What abortSignal() throws where it may not be called. */
function refusal(): unknown {
  try {
    abortSignal();
  } catch (error) {
    return error;
  }
  return undefined;
}

function isRefused(error: unknown): void {
  assert.instance(error, Error);
  assert.match((error as Error).message, /abort ?signal.*body.*before.*await/is);
}

call("gives the body a signal that has not aborted, and the same one however often it is called", async () => {
  const signals = await task(() => [abortSignal(), abortSignal(), (() => abortSignal())()])();
  assert.instance(signals[0], AbortSignal);
  assert.is(signals[0]!.aborted, false);
  assert.is(signals[1], signals[0]);
  assert.is(signals[2], signals[0]);
});

call("gives each call a signal of its own", async () => {
  const signals: AbortSignal[] = [];
  const run = task((_: unknown) => {
    signals.push(abortSignal());
    return never;
  });
  const [first, second] = [run(1), run(2)];
  await turn();
  first.abort("first");
  assert.equal(signals.map(({ aborted }) => aborted), [true, false]);
  assert.is(second.status, "pending");
});

call("works in sync and async functions, in generators' callers, methods and what they call", async () => {
  const read = () => abortSignal();
  class Service {
    load = task(async function load(this: Service) {
      return this.signal();
    });
    signal() {
      return read();
    }
  }
  const signals = [
    await task(read)(),
    await task(async () => read())(),
    await task(() => [...(function* () { yield read(); })()][0])(),
    await new Service().load(),
  ];
  assert.is(new Set(signals).size, 4);
  for (const signal of signals) assert.instance(signal, AbortSignal);
});

call("still gives the body its own signal after the body has called other tasks", async () => {
  const inner = task(() => abortSignal());
  const outer = task(async () => {
    const before = abortSignal();
    const called = inner();
    const after = abortSignal();
    return { before, after, called: await called };
  });
  const { before, after, called } = await outer();
  assert.is(after, before);
  assert.is.not(called, before);
});

call("gives the reason of the abort, unchanged", async () => {
  for (const reason of [new Error("unwanted"), null, 0, "text"]) {
    let signal: AbortSignal | undefined;
    const handle = task(() => {
      signal = abortSignal();
      return never;
    })();
    await turn();
    handle.abort(reason);
    assert.is(signal!.aborted, true);
    assert.is(signal!.reason, reason);
  }
});

call("aborts with an AbortError where abort() was given no reason", async () => {
  let signal: AbortSignal | undefined;
  const handle = task(() => {
    signal = abortSignal();
    return never;
  })();
  await turn();
  handle.abort();
  assert.is((signal!.reason as DOMException).name, "AbortError");
  assert.is(signal!.reason, handle.reason);
});

call("works with what the platform takes a signal for", async () => {
  const log: string[] = [];
  const handle = task(async () => {
    const signal = abortSignal();
    const target = new EventTarget();
    target.addEventListener("event", () => log.push("heard"), { signal });
    signal.addEventListener("abort", () => target.dispatchEvent(new Event("event")));
    target.dispatchEvent(new Event("event"));
    await never;
  })();
  await turn();
  handle.abort();
  assert.equal(log, ["heard"]);
});

call("does not abort when the task is fulfilled, fails, or is aborted after that", async () => {
  const signals: AbortSignal[] = [];
  const run = task((fail: boolean) => {
    signals.push(abortSignal());
    if (fail) throw "failed";
  });
  const handles = [run(false), run(true)];
  handles[1]!.catch(() => {});
  await turn();
  for (const handle of handles) handle.abort();
  assert.equal(signals.map(({ aborted }) => aborted), [false, false]);
});

call("is aborted in a body that has aborted its own task", async () => {
  const log: unknown[] = [];
  const handle: Task<void> = task(() => {
    handle.abort("unwanted");
    log.push(abortSignal().aborted, abortSignal().reason);
  })();
  await turn();
  assert.equal(log, [true, "unwanted"]);
});

call("stays the same in a body that has aborted its own task", async () => {
  const signals: AbortSignal[] = [];
  const handle: Task<void> = task(() => {
    signals.push(abortSignal());
    handle.abort("unwanted");
    signals.push(abortSignal(), abortSignal());
  })();
  await turn();
  assert.is(signals[0]!.aborted, true);
  assert.is(signals[1], signals[0]);
  assert.is(signals[2], signals[0]);
});

call("throws outside of tasks an error that says where it may be called", () => {
  isRefused(refusal());
});

call("throws after an await", async () => {
  let early: AbortSignal | undefined;
  const error = await task(async () => {
    early = abortSignal();
    await undefined;
    return refusal();
  })();
  isRefused(error);
  assert.is(early!.aborted, false);
});

call("throws after an await while other tasks start and run", async () => {
  const errors: unknown[] = [];
  const other = task((_: unknown) => abortSignal());
  const first = task(async () => {
    const inner = other(1);
    await undefined;
    errors.push(refusal());
    await inner;
    errors.push(refusal());
    await other(inner);
    errors.push(refusal());
  });
  await Promise.all([first(), first(), other(first())]);
  assert.is(errors.length, 9);
  errors.forEach(isRefused);
});

call("throws in then callbacks, listeners, timers, microtasks and getters of results", async () => {
  const errors: Record<string, unknown> = {};
  const handle = task(() => {
    abortSignal().addEventListener("abort", () => (errors["listener"] = refusal()));
    queueMicrotask(() => (errors["microtask"] = refusal()));
    setTimeout(() => (errors["timer"] = refusal()), 0);
    return never;
  })();
  await task(() => 1)().then(() => (errors["callback"] = refusal()));
  await task(() => ({ get then() { return void (errors["getter"] = refusal()); } }))();
  await turn();
  await turn();
  handle.abort();
  assert.equal(Object.keys(errors).sort(), ["callback", "getter", "listener", "microtask", "timer"]);
  Object.values(errors).forEach(isRefused);
});

call("throws after a body that threw", async () => {
  const handle = task(() => {
    abortSignal();
    throw "failed";
  })();
  handle.catch(() => {});
  await turn();
  isRefused(refusal());
});

call("throws in the rest of a generator whose first part ran in a body", async () => {
  function* steps() {
    yield abortSignal();
    yield refusal();
  }
  const generator = steps();
  assert.instance(await task(() => generator.next().value)(), AbortSignal);
  isRefused(generator.next().value);
});

call.run();
