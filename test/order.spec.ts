import DataLoader from "dataloader";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { all, task } from "./aiodag.ts";
import { createClock } from "./support/clock.ts";
import { deferred } from "./support/deferred.ts";
import { turn } from "./support/turn.ts";

const test = suite("order");

test("a body never starts in the caller's stack", async () => {
  const log: string[] = [];
  const step = task((name: string, _input?: unknown) => void log.push(name));
  const settled = step("settled");
  await settled;
  log.length = 0;

  step("without arguments");
  step("with a plain value", 5);
  step("with a settled handle", settled);
  log.push("caller");
  await turn();
  assert.equal(log, ["caller", "without arguments", "with a plain value", "with a settled handle"]);
});

test("a body that another body calls does not start in its stack", async () => {
  const log: string[] = [];
  const inner = task(() => void log.push("inner"));
  const outer = task(() => {
    log.push("outer starts");
    inner();
    log.push("outer ends");
  });
  await outer();
  await turn();
  assert.equal(log, ["outer starts", "outer ends", "inner"]);
});

test("a body that a then callback calls does not start in its stack", async () => {
  const log: string[] = [];
  const inner = task(() => void log.push("inner"));
  const outer = task(() => 1);
  await outer().then(() => {
    log.push("callback starts");
    inner();
    log.push("callback ends");
  });
  await turn();
  assert.equal(log, ["callback starts", "callback ends", "inner"]);
});

test("the code that settles a dependency runs to its end before a dependent starts", async () => {
  const log: string[] = [];
  let settle!: (value: number) => void;
  const thenable = { then: (fulfilled: (value: number) => void) => void (settle = fulfilled) };
  const dependent = task((_: unknown) => void log.push("dependent"));
  dependent(thenable as unknown as PromiseLike<number>);
  await turn();
  settle(1);
  log.push("settler");
  await turn();
  assert.equal(log, ["settler", "dependent"]);
});

test("bodies start in microtasks, before any timer, however many depend on each other", async () => {
  const log: string[] = [];
  const sync = task((name: string, _input?: unknown) => void log.push(name));
  const async = task(async (name: string, _input?: unknown) => {
    await null;
    log.push(name);
  });
  const timer = new Promise<void>((resolve) => {
    setTimeout(() => {
      log.push("timer");
      resolve();
    }, 0);
  });

  sync("d", async("c", sync("b", sync("a"))));
  await timer;
  assert.equal(log, ["a", "b", "c", "d", "timer"]);
});

test("a body starts in a microtask even if the one before it kept the queue busy", async () => {
  const log: number[] = [];
  const count = task((n: number): void => {
    log.push(n);
    if (n < 5) count(n + 1);
  });
  const timer = new Promise<void>((resolve) => {
    setTimeout(() => {
      log.push(-1);
      resolve();
    }, 0);
  });
  count(1);
  await timer;
  assert.equal(log, [1, 2, 3, 4, 5, -1]);
});

test("a task runs whether or not anyone awaits it", async () => {
  const log: string[] = [];
  const step = task(async (name: string, _input?: unknown) => void log.push(name));
  step("second", step("first"));
  await turn();
  assert.equal(log, ["first", "second"]);
});

test("tasks that are ready at their call start in the order of the calls", async () => {
  const log: string[] = [];
  const sync = task((name: string, _input?: unknown) => void log.push(name));
  const async = task(async (name: string) => void log.push(name));
  const after = task(() => 0);
  const done = after();
  await done;
  const later = task((name: string) => void log.push(name), done);
  log.length = 0;

  sync("1");
  async("2");
  sync("3", done);
  later("4");
  sync("5");
  await turn();
  assert.equal(log, ["1", "2", "3", "4", "5"]);
});

test("tasks start in the order in which they became ready, not in that of their calls", async () => {
  const log: string[] = [];
  const gates = { a: deferred(), b: deferred(), c: deferred() };
  const step = task((name: string, _input: unknown) => void log.push(name));
  step("a", gates.a.promise);
  step("b", gates.b.promise);
  step("c", gates.c.promise);
  gates.c.resolve();
  gates.a.resolve();
  gates.b.resolve();
  await turn();
  assert.equal(log, ["c", "a", "b"]);
});

test("a task that waited starts before one that is called after it became ready", async () => {
  const log: string[] = [];
  let settle!: (value: number) => void;
  const thenable = { then: (fulfilled: (value: number) => void) => void (settle = fulfilled) };
  const step = task((name: string, _input?: unknown) => void log.push(name));
  step("waited", thenable as unknown as PromiseLike<number>);
  await turn();
  settle(1);
  step("called later");
  await turn();
  assert.equal(log, ["waited", "called later"]);
});

test("a task starts as soon as its own dependencies are done, whatever others are doing", async () => {
  const log: string[] = [];
  const gate = deferred();
  const step = task(async (name: string, ..._inputs: unknown[]) => void log.push(name));
  const slow = step("slow", gate.promise);
  step("after slow", slow);
  const left = step("left");
  const right = step("right");
  step("join", left, right);
  step("needs slow too", left, slow);
  await turn();
  assert.equal(log, ["left", "right", "join"]);
  gate.resolve();
  await turn();
  assert.equal(log, ["left", "right", "join", "slow", "after slow", "needs slow too"]);
});

test("the pipeline completes in the order in which its steps' own inputs are there", async () => {
  const clock = createClock();
  const log: string[] = [];
  const done = async <T>(name: string, units: number, value: T): Promise<T> => {
    await clock.sleep(units);
    log.push(`${clock.now} ${name}`);
    return value;
  };
  const times: Record<string, number> = { a1: 1, a2: 2, b1: 4, b2: 0.5, c1: 6, c2: 3.5 };
  const fetchText = task((name: string) => done(name, times[name]!, `${name} `));
  const concatenate = task((name: string, left: string, right: string) => done(name, 1, left + right));
  const stripNumbers = (name: string, text: string): Promise<string> => done(name, 1, text.replace(/\d/g, ""));
  const upload = task((...texts: string[]) => done("upload", 1, texts));

  const ca = concatenate("ca", fetchText("a1"), fetchText("a2"));
  const cb = concatenate("cb", fetchText("b1"), fetchText("b2"));
  const cc = concatenate("cc", fetchText("c1"), fetchText("c2"));
  const cab = concatenate("cab", ca, cb);
  const strip = task(stripNumbers);
  const uploaded = upload(strip("strip ca", ca), strip("strip cab", cab), strip("strip cc", cc));
  await clock.run();

  assert.equal(log, [
    "0.5 b2",
    "1 a1",
    "2 a2",
    "3 ca",
    "3.5 c2",
    "4 b1",
    "4 strip ca",
    "5 cb",
    "6 c1",
    "6 cab",
    "7 cc",
    "7 strip cab",
    "8 strip cc",
    "9 upload",
  ]);
  assert.equal(uploaded.value, ["a a ", "a a b b ", "c c "]);
});

test("a result is computed once, however often it is used", async () => {
  let calls = 0;
  const compute = task(async () => ++calls);
  const add = task((...numbers: number[]) => numbers.reduce((a, b) => a + b, 0));
  const shared = compute();
  const sums = [add(shared, shared), add(shared, shared, shared), add(...[1, 2, 3].map(() => shared))];
  assert.equal(await all([...sums, shared, all([shared, shared])]), [2, 3, 3, 1, [1, 1]]);
  assert.is(await shared, 1);
  assert.is(await shared, 1);
  assert.is(await add(shared), 1);
  assert.is(calls, 1);
});

test("every dependent of a task gets the same object", async () => {
  const result = {};
  const make = task(() => result);
  const seen = task((...inputs: unknown[]) => inputs);
  const made = make();
  const [first, second] = await seen(made, made);
  assert.is(first, result);
  assert.is(second, result);
  assert.is(await made, result);
});

test("tasks can be created inside bodies, before and after an await, and passed on", async () => {
  const double = task((n: number) => n * 2);
  const outer = task(async (n: number) => {
    const first = double(n);
    await turn();
    const second = double(first);
    return [await second, await double(second)];
  });
  assert.equal(await outer(1), [4, 8]);
});

/** Ways in which one settlement makes all its dependents ready at once; each gives a root, and what settles it. */
const settlements: Record<string, () => { root: PromiseLike<unknown>; settle: () => void; settled?: boolean }> = {
  "a sync body": () => {
    const gate = deferred();
    return { root: task((_: unknown) => 1)(gate.promise), settle: () => gate.resolve() };
  },
  "an async body": () => {
    const gate = deferred();
    return { root: task(async () => gate.promise)(), settle: () => gate.resolve() };
  },
  "an async body that awaits": () => {
    const gate = deferred();
    const root = task(async () => {
      await gate.promise;
      return 1;
    })();
    return { root, settle: () => gate.resolve() };
  },
  "a body that returned a handle": () => {
    const gate = deferred();
    const inner = task((_: unknown) => 1)(gate.promise);
    return { root: task(() => inner)(), settle: () => gate.resolve() };
  },
  "a native promise": () => {
    const gate = deferred();
    return { root: gate.promise, settle: () => gate.resolve() };
  },
  "a foreign thenable": () => {
    const callbacks: ((value: number) => void)[] = [];
    const root = { then: (fulfilled: (value: number) => void) => void callbacks.push(fulfilled) };
    return {
      root: root as unknown as PromiseLike<number>,
      settle: () => {
        for (const callback of callbacks) callback(1);
      },
    };
  },
  "all": () => {
    const gate = deferred();
    return { root: all([gate.promise, 2]), settle: () => gate.resolve() };
  },
  "a failure that settled tasks wait for": () => {
    const gate = deferred();
    return { root: task(async () => gate.promise)(), settle: () => gate.reject(new Error("no")), settled: true };
  },
  "an abort that settled tasks wait for": () => {
    const root = task(async () => new Promise(() => {}))();
    return { root, settle: () => root.abort(), settled: true };
  },
};

for (const [way, settlement] of Object.entries(settlements)) {
  const wrap = <R>(fn: (input: unknown) => R, isSettled = false): ((input: unknown) => PromiseLike<R>) =>
    (isSettled ? task({ settled: true })(fn as never) : task(fn)) as (input: unknown) => PromiseLike<R>;

  test(`tasks made ready by the same settlement start before any microtask of the first: ${way}`, async () => {
    const { root, settle, settled } = settlement();
    const log: string[] = [];
    const step = (name: string): PromiseLike<void> =>
      wrap(() => {
        log.push(name);
        queueMicrotask(() => log.push(`microtask of ${name}`));
      }, settled)(root);
    step("a");
    step("b");
    step("c");
    await turn();
    assert.equal(log, []);
    settle();
    await turn();
    assert.equal(log, ["a", "b", "c", "microtask of a", "microtask of b", "microtask of c"]);
  });

  test(`a DataLoader batches what tasks load that the same settlement made ready: ${way}`, async () => {
    const { root, settle, settled } = settlement();
    const batches: (readonly number[])[] = [];
    const loader = new DataLoader<number, number>(
      async (keys) => {
        batches.push(keys);
        return keys.map((key) => key * 10);
      },
      // The strictest schedule there is: what comes later than the first load's next microtask is left out.
      { batchScheduleFn: (dispatch) => queueMicrotask(dispatch) },
    );
    const load = (key: number): PromiseLike<number> => wrap(() => loader.load(key), settled)(root) as PromiseLike<unknown> as PromiseLike<number>;
    const loaded = all([load(1), load(2), load(3)]);
    await turn();
    settle();
    assert.equal(await loaded, [10, 20, 30]);
    assert.equal(batches, [[1, 2, 3]]);
  });
}

test("order-only dependents of the same settlement start before any microtask of the first", async () => {
  const gate = deferred();
  const log: string[] = [];
  const step = task((name: string) => {
    log.push(name);
    queueMicrotask(() => log.push(`microtask of ${name}`));
  }, task(async () => gate.promise)());
  step("a");
  step("b");
  await turn();
  gate.resolve();
  await turn();
  assert.equal(log, ["a", "b", "microtask of a", "microtask of b"]);
});

test("a DataLoader batches with its own schedule, level by level", async () => {
  const batches: (readonly number[])[] = [];
  const loader = new DataLoader<number, number>(async (keys) => {
    batches.push(keys);
    return keys.map((key) => key + 10);
  });
  const load = task((key: number) => loader.load(key));
  assert.equal(await all([1, 2, 3].map((key) => load(load(key)))), [21, 22, 23]);
  assert.equal(batches, [
    [1, 2, 3],
    [11, 12, 13],
  ]);
});

test("all bodies that are ready at their calls start before any microtask of the first", async () => {
  const log: string[] = [];
  const step = task((name: string) => {
    log.push(name);
    queueMicrotask(() => log.push(`microtask of ${name}`));
  });
  step("a");
  step("b");
  await turn();
  assert.equal(log, ["a", "b", "microtask of a", "microtask of b"]);
});

test("a body that throws does not keep the ones after it from starting", async () => {
  const log: string[] = [];
  const step = task((name: string) => {
    log.push(name);
    if (name === "b") throw new Error("b");
  });
  const handles = [step("a"), step("b"), step("c")];
  await Promise.allSettled(handles);
  assert.equal(log, ["a", "b", "c"]);
  assert.equal(handles.map((handle) => handle.status), ["fulfilled", "rejected", "fulfilled"]);
});

test.run();
