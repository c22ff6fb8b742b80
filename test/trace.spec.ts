import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abortSignal, all, type Task, task } from "./aiodag.ts";
import { deferred } from "./support/deferred.ts";
import { collectRejections } from "./support/rejections.ts";
import { gc, runtime } from "./support/runtime.ts";
import { stopTime } from "./support/time.ts";
import { turn } from "./support/turn.ts";
import { type RecordedTask, trace, type TraceEvent } from "./trace.ts";

const recording = suite("trace()");
const never = new Promise<never>(() => {});
const hasContext = runtime !== "browser";

const named = <F extends (...args: never[]) => unknown>(name: string, fn: F): F =>
  Object.defineProperty(fn, "name", { value: name });

recording("records the tasks that are invoked from then on, until it is stopped", async () => {
  const add = task(function add(a: number, b: number) {
    return a + b;
  });
  await add(1, 2);
  const run = trace();
  await add(3, 4);
  await add(5, 6);
  run.stop();
  await add(7, 8);
  assert.equal(run.tasks.map(({ id, name, status }) => [id, name, status]), [
    [1, "add", "fulfilled"],
    [2, "add", "fulfilled"],
  ]);
});

recording("is ended by `using`, and stopping it again changes nothing", async () => {
  const run = trace();
  run[Symbol.dispose ?? (Symbol.for("Symbol.dispose") as typeof Symbol.dispose)]();
  const { now } = run;
  await task(() => 1)();
  await turn();
  run.stop();
  assert.equal(run.tasks, []);
  assert.is(run.now, now);
});

recording("tells of each task what it is and what became of it, on the clock of performance.now()", () =>
  stopTime(async (setTime) => {
    const fetched = deferred<number>();
    const run = trace();
    const source = task(function source() {
      return fetched.promise;
    })();
    const first = task({ name: "the sink" })(function sink(a: number, b: number) {
      return a + b;
    }, Promise.resolve());
    const sum = first(1, source);
    await turn();
    setTime(50);
    fetched.resolve(2);
    assert.is(await sum, 3);
    run.stop();
    const none = { parent: undefined, waitedForSlot: 0, reason: undefined, origin: undefined, stack: undefined };
    assert.equal(run.tasks, [
      {
        ...none,
        id: 1,
        name: "source",
        status: "fulfilled",
        dependencies: [],
        invoked: 1000,
        ready: 1000,
        started: 1000,
        ended: 1050,
        settled: 1050,
      },
      {
        ...none,
        id: 2,
        name: "the sink",
        status: "fulfilled",
        dependencies: [
          { task: 1, kind: "data", index: 1 },
          { task: undefined, kind: "order", index: 0 },
        ],
        invoked: 1000,
        ready: 1050,
        started: 1050,
        ended: 1050,
        settled: 1050,
      },
    ]);
  }),
);

recording("tells where a pending task stands", async () => {
  const run = trace();
  const limited = task({ concurrency: 1 });
  const hold = limited(named("hold", () => never));
  const held = hold();
  hold();
  task(function waits(_: unknown) {})(held);
  assert.equal(run.tasks.map(({ status }) => status), ["ready", "ready", "waiting"]);
  await turn();
  assert.equal(run.tasks.map(({ status }) => status), ["running", "ready", "waiting"]);
  run.stop();
});

recording("tells the three kinds of dependencies apart, and counts a handle given twice twice", async () => {
  const run = trace();
  const one = task(function one() {
    return 1;
  })();
  const two = task(function two(_a: number, _b: number) {}, one)(one, one);
  const three = task(function three() {
    return one;
  })();
  await all([two, three]);
  run.stop();
  assert.equal(run.tasks[1]!.dependencies, [
    { task: 1, kind: "data", index: 0 },
    { task: 1, kind: "data", index: 1 },
    { task: 1, kind: "order", index: 0 },
  ]);
  assert.equal(run.tasks[2]!.dependencies, [{ task: 1, kind: "returned", index: 0 }]);
});

recording("a body that returns a handle has ended before its task settles", () =>
  stopTime(async (setTime) => {
    const result = deferred<string>();
    const run = trace();
    const inner = task(named("inner", () => result.promise));
    const outer = task(named("outer", () => inner()))();
    await turn();
    assert.is(run.tasks[0]!.status, "waiting");
    setTime(20);
    result.resolve("done");
    assert.is(await outer, "done");
    run.stop();
    const [{ ended, settled }] = run.tasks as [RecordedTask];
    assert.equal([ended, settled], [1000, 1020]);
  }),
);

recording("tells an abort from a failure, where it began, and its reason", async () => {
  const run = trace();
  const reason = new Error("broken");
  const use = task(function use(x: unknown) {
    return x;
  });
  const failed = use(use(task(function fails() {
    throw reason;
  })()));
  const stopped = task(function stopped() {
    return never;
  })();
  const dependent = use(stopped);
  failed.catch(() => {});
  await turn();
  const left = new Error("left");
  stopped.abort(left);
  await Promise.allSettled([failed, dependent]);
  run.stop();
  assert.equal(
    run.tasks.map(({ name, status, origin, reason: said }) => [name, status, origin, (said as Error).message]),
    [
      ["fails", "failed", 1, "broken"],
      ["use", "failed", 1, "broken"],
      ["use", "failed", 1, "broken"],
      ["stopped", "aborted", 4, "left"],
      ["use", "aborted", 4, "left"],
    ],
  );
  assert.is(run.tasks[1]!.reason, reason);
});

recording("an abort that takes unwanted upstream along began where it was called", async () => {
  const run = trace();
  const use = task(function use(x: unknown) {
    return x;
  });
  const source = task(function source() {
    abortSignal();
    return never;
  })();
  const leaf = use(use(source));
  await turn();
  leaf.abort(new Error("left"));
  run.stop();
  assert.equal(run.tasks.map(({ status, origin }) => [status, origin]), [["aborted", 3], ["aborted", 3], ["aborted", 3]]);
});

if (hasContext) {
  recording("a failure that came through an await in a body began where it was thrown", async () => {
    const run = trace();
    const inner = task(async function inner() {
      await null;
      throw new Error("deep");
    });
    const outer = task(async function outer() {
      await null;
      await inner();
    });
    await outer().catch(() => {});
    run.stop();
    assert.equal(run.tasks.map(({ name, origin }) => [name, origin]), [["outer", 2], ["inner", 2]]);
  });
}

recording("a body that runs on after its abort ends later than it settles", () =>
  stopTime(async (setTime) => {
    const end = deferred();
    const run = trace();
    const handle = task(named("stubborn", () => end.promise))();
    await turn();
    setTime(10);
    handle.abort();
    setTime(30);
    end.resolve();
    await turn();
    run.stop();
    const { settled, ended, status } = run.tasks[0]!;
    assert.equal([status, settled, ended], ["aborted", 1010, 1030]);
  }),
);

recording("measures the time that a task waits for a concurrency slot", () =>
  stopTime(async (setTime) => {
    const ends = [deferred(), deferred()];
    const run = trace();
    let calls = 0;
    const hold = task({ concurrency: 1 })(named("hold", () => ends[calls++]!.promise));
    hold();
    const second = hold();
    await turn();
    setTime(40);
    assert.is(run.tasks[1]!.waitedForSlot, 40);
    ends[0]!.resolve();
    await turn();
    setTime(70);
    ends[1]!.resolve();
    await second;
    run.stop();
    assert.equal(run.tasks.map(({ waitedForSlot }) => waitedForSlot), [0, 40]);
    assert.is(run.summary().waitedForSlots, 40);
  }),
);

recording("the parent of a task is the one in whose body it was invoked", async () => {
  const run = trace();
  const child = task(function child() {});
  const parent = task(async function parent() {
    child();
    await turn();
    child();
  });
  child();
  await parent();
  await run.idle();
  run.stop();
  const after = hasContext ? 2 : undefined;
  assert.equal(run.tasks.map(({ name, parent }) => [name, parent]), [
    ["child", undefined],
    ["parent", undefined],
    ["child", 2],
    ["child", after],
  ]);
});

recording("a task without a name is called by its number, and with `stacks` by its call site", async () => {
  const anonymous = task((() => () => 1)());
  const run = trace();
  const precise = trace({ stacks: true });
  await anonymous();
  run.stop();
  precise.stop();
  assert.is(run.tasks[0]!.name, "#1");
  assert.is(run.tasks[0]!.stack, undefined);
  assert.match(precise.tasks[0]!.name, /^trace\.spec\.ts(\?\S*)?:\d+:\d+$/);
});

recording("`stacks` tells the caller of the task first, and nothing of the library", async () => {
  const run = trace({ stacks: true });
  const load = task(function load() {
    return 1;
  });
  function caller(): Task<number> {
    const handle = load();
    // A call at a function's very end has no caller in Bun, whose engine makes a jump of it.
    assert.is(handle.status, "pending");
    return handle;
  }
  await caller();
  await all([load(), 2]);
  run.stop();
  for (const { stack } of run.tasks) {
    const frames = stack!.split("\n");
    assert.match(frames[0]!, /trace\.spec\.ts/);
    assert.not.match(stack!, /\/src\/[\w/]+\.ts|\/dist\/(mod|trace)\./);
  }
  assert.match(run.tasks[0]!.stack!, /caller/);
});

recording("recordings overlap, each with its own numbers", async () => {
  const f = task(function f(x?: number) {
    return x;
  });
  const outer = trace();
  const before = f();
  const inner = trace();
  const within = f(before);
  await within;
  inner.stop();
  await f(within);
  outer.stop();
  assert.equal(outer.tasks.map(({ id, dependencies }) => [id, dependencies[0]?.task]), [[1, undefined], [2, 1], [3, 2]]);
  assert.equal(inner.tasks.map(({ id, dependencies }) => [id, dependencies]), [
    [1, [{ task: undefined, kind: "data", index: 0 }]],
  ]);
});

recording("a stopped recording keeps what it had: what is pending stays so", async () => {
  const wait = deferred();
  const run = trace();
  const handle = task(named("late", () => wait.promise))();
  await turn();
  run.stop();
  const other = trace();
  wait.resolve();
  await handle;
  other.stop();
  assert.is(run.tasks[0]!.status, "running");
});

recording("`limit` keeps the newest tasks, and says how many it has dropped", async () => {
  const run = trace({ limit: 3 });
  const next = task(function next(n: number) {
    return n + 1;
  });
  let last = next(0);
  for (let i = 0; i < 9; i++) last = next(last);
  assert.is(await last, 10);
  await run.idle();
  run.stop();
  assert.is(run.dropped, 7);
  assert.equal(
    run.tasks.map(({ id, status, dependencies }) => [id, status, dependencies]),
    [8, 9, 10].map((id) => [id, "fulfilled", [{ task: id - 1, kind: "data", index: 0 }]]),
  );
  assert.equal([run.summary().total, run.summary().dropped], [3, 7]);
});

recording("`limit` keeps the newest of many whole", async () => {
  const limit = 700;
  const count = 2500;
  const run = trace({ limit });
  const before = task({ name: "before" })(() => 0)();
  const step = task({ name: "step" })((_: number, __: number) => 0);
  const steps = Array.from({ length: count }, (_, i) => (i % 3 === 0 ? step(0, before) : step(before, before)));
  const returning = task({ name: "returning" })((_: number) => steps[count - 1]!)(before);
  await all([...steps, returning]);
  run.stop();
  assert.is(run.dropped, count + 3 - limit);
  assert.is(run.tasks.length, limit);
  const data = (index: number): object => ({ task: 1, kind: "data", index });
  for (const { id, name, status, dependencies, parent } of run.tasks.slice(0, -2)) {
    assert.equal([name, status, parent], ["step", "fulfilled", undefined]);
    assert.equal(dependencies, (id - 2) % 3 === 0 ? [data(1)] : [data(0), data(1)]);
  }
  const [returned, joined] = run.tasks.slice(-2);
  assert.equal(returned!.dependencies, [data(0), { task: count + 1, kind: "returned", index: 0 }]);
  assert.is(joined!.dependencies.length, count + 1);
  assert.equal(joined!.dependencies.at(-1), { task: count + 2, kind: "data", index: count });
});

recording("tasks beyond the limit still count as pending", async () => {
  const wait = deferred();
  const run = trace({ limit: 1 });
  task(named("first", () => wait.promise))();
  await task(function second() {})();
  let isIdle = false;
  const idle = run.idle().then(() => (isIdle = true));
  await turn();
  await turn();
  assert.not(isIdle);
  wait.resolve();
  await idle;
  run.stop();
});

recording("a failure leaves with the task that the limit drops", async () => {
  const run = trace({ limit: 2 });
  const fail = task((): void => {
    throw new Error("gone");
  });
  for (let i = 0; i < 5; i++) await fail().catch(() => {});
  await task(() => 1)();
  run.stop();
  assert.equal(run.tasks.map(({ status, origin }) => [status, origin]), [["failed", 5], ["fulfilled", undefined]]);
});

recording("wrong options are refused", () => {
  const wrong: [unknown, ErrorConstructor, string][] = [
    [{ limit: 0 }, RangeError, "Cannot use 0 as limit: expected an integer from 1, or Infinity"],
    [{ limit: -1 }, RangeError, "Cannot use -1 as limit: expected an integer from 1, or Infinity"],
    [{ limit: Symbol("many") }, TypeError, "Cannot use Symbol(many) as limit: expected an integer from 1, or Infinity"],
    [{ limit: 5n }, TypeError, "Cannot use 5 as limit: expected an integer from 1, or Infinity"],
    [{ limit: 1.5 }, RangeError, "Cannot use 1.5 as limit: expected an integer from 1, or Infinity"],
    [{ limit: "9" }, TypeError, 'Cannot use "9" as limit: expected an integer from 1, or Infinity'],
    [{ devtools: 1 }, TypeError, "Cannot use 1 as devtools: expected a boolean"],
    [{ stacks: null }, TypeError, "Cannot use null as stacks: expected a boolean"],
    [{ limt: 3 }, TypeError, 'Cannot use the option "limt": expected limit, devtools or stacks'],
    [{ names: true }, TypeError, 'Cannot use the option "names": expected limit, devtools or stacks'],
    [null, TypeError, "Cannot trace with null: expected an object of options"],
  ];
  for (const [options, kind, message] of wrong) {
    assert.throws(() => trace(options as never), (error: Error) => error instanceof kind && error.message === message, message);
  }
  trace({ limit: undefined, devtools: undefined, stacks: undefined }).stop();
});

recording("recording and reading handle nothing: failures are reported as ever", async () => {
  const { unhandled } = await collectRejections(async () => {
    const run = trace();
    task(function fails() {
      throw new Error("nobody takes it");
    })();
    await turn();
    assert.is((run.tasks[0]!.reason as Error).message, "nobody takes it");
    run.summary();
    await run.idle();
    run.stop();
  });
  assert.equal(unhandled.map((reason) => (reason as Error).message), ["nobody takes it"]);
});

/** How many objects are alive. A collector that takes words on the stack for references keeps a few. */
async function countAlive(refs: readonly WeakRef<object>[]): Promise<number> {
  await gc();
  return refs.filter((ref) => ref.deref() !== undefined).length;
}

recording("keeps no result alive", async () => {
  const run = trace();
  const results: WeakRef<object>[] = [];
  const use = task(function use(value: object) {
    return [value];
  });
  const make = task(function make() {
    const result = {};
    results.push(new WeakRef(result));
    return result;
  });
  const start = (): void => {
    for (let i = 0; i < 100; i++) use(use(make()));
  };
  start();
  await run.idle();
  assert.is(results.length, 100);
  const alive = await countAlive(results);
  assert.ok(alive < 10, `${alive} of 100 are alive`);
  assert.is(run.tasks.length, 300);
  run.stop();
});

recording("keeps few results alive of what a running body has chained, and none after its end", async () => {
  const run = trace();
  const wait = deferred();
  const chainedAll = deferred();
  const results: WeakRef<object>[] = [];
  const inner = task(function inner() {
    const result = {};
    results.push(new WeakRef(result));
    return result;
  });
  const outer = task(async function outer() {
    for (let i = 0; i < 1000; i++) await inner();
    chainedAll.resolve();
    await wait.promise;
  });
  const handle = outer();
  await chainedAll.promise;
  const during = await countAlive(results);
  assert.ok(during < 100, `${during} of 1000 are alive`);
  wait.resolve();
  await handle;
  const after = await countAlive(results);
  assert.ok(after < 10, `${after} of 1000 are alive`);
  run.stop();
});

recording("the asynchronous context of bodies is not changed for what comes after them", async () => {
  const run = trace();
  const tell = task(function tell() {});
  const first = task(async function first() {
    await null;
    return 1;
  });
  await first();
  tell();
  await run.idle();
  run.stop();
  assert.is(run.tasks[1]!.parent, undefined);
});

recording.run();

const idle = suite("idle()");

idle("waits until nothing recorded is pending, and for what the last outcome sets off", async () => {
  const log: string[] = [];
  const run = trace();
  const step = task(async function step(n: number) {
    await turn();
    log.push(`step ${n}`);
  });
  void step(1).then(async () => {
    await null;
    step(2);
  });
  await run.idle();
  log.push("idle");
  run.stop();
  assert.equal(log, ["step 1", "step 2", "idle"]);
});

idle("is over at once where nothing was recorded, and can be asked again", async () => {
  const run = trace();
  await run.idle();
  task(() => 1)();
  await Promise.all([run.idle(), run.idle()]);
  assert.is(run.tasks[0]!.status, "fulfilled");
  run.stop();
});

idle("is not held up by the body of an aborted task", async () => {
  const run = trace();
  const handle = task(() => never)();
  await turn();
  handle.abort();
  await run.idle();
  run.stop();
});

idle("is over when the recording is stopped", async () => {
  const run = trace();
  task(() => never)();
  const waiting = run.idle();
  run.stop();
  await waiting;
  await run.idle();
});

idle.run();

const subscribe = suite("subscribe()");

subscribe("tells what happens, in order, with the task as it stood then", async () => {
  const log: string[] = [];
  const run = trace();
  const stop = run.subscribe(({ type, task: { name, status } }: TraceEvent) => log.push(`${name} ${type}: ${status}`));
  const inner = task(async function inner() {});
  const outer = task(function outer() {
    return inner();
  });
  await task(function last(_: void) {})(outer());
  await turn();
  stop();
  await outer();
  await turn();
  run.stop();
  assert.equal(log, [
    "outer invoked: waiting",
    "outer ready: ready",
    "last invoked: waiting",
    "outer started: running",
    "inner invoked: waiting",
    "inner ready: ready",
    "outer ended: running",
    "outer returned: waiting",
    "inner started: running",
    "inner ended: running",
    "inner settled: fulfilled",
    "outer settled: fulfilled",
    "last ready: ready",
    "last started: running",
    "last ended: running",
    "last settled: fulfilled",
  ]);
});

subscribe("a task is told of with what it depends on, from its invocation on", async () => {
  const log: unknown[] = [];
  const run = trace();
  const [first, second] = [task(() => 1)(), task(() => 2)()];
  run.subscribe(({ type, task: { id, dependencies } }) => {
    if (id === 3) log.push([type, dependencies.map(({ task, kind, index }) => `${task} ${kind} ${index}`)]);
  });
  await task((_a: number, _b: number, _c: unknown) => {}, second)(first, 0, Promise.resolve());
  await turn();
  run.stop();
  const dependencies = ["1 data 0", "undefined data 2", "2 order 0"];
  assert.equal(log, ["invoked", "ready", "started", "ended", "settled"].map((type) => [type, dependencies]));
});

subscribe("a listener that throws harms neither tasks nor other listeners, and is logged", async () => {
  const logged: unknown[] = [];
  const { error } = console;
  console.error = (...args: unknown[]) => logged.push(...args);
  try {
    const heard: string[] = [];
    const run = trace();
    run.subscribe(() => {
      throw new Error("bad listener");
    });
    run.subscribe(({ type }) => heard.push(type));
    assert.is(await task(() => 5)(), 5);
    await turn();
    run.stop();
    assert.equal(heard, ["invoked", "ready", "started", "ended", "settled"]);
    assert.is(logged.length, 5);
    assert.match((logged[0] as Error).message, "bad listener");
  } finally {
    console.error = error;
  }
});

subscribe("a listener may call, abort and stop", async () => {
  const run = trace();
  const log: string[] = [];
  const hold = task({ concurrency: 1 })(named("hold", () => never));
  const handles: Task<never>[] = [];
  run.subscribe(({ type, task: { id } }) => {
    log.push(`${type} ${id}`);
    if (type === "ready" && id === 2) {
      for (const handle of handles) handle.abort();
      run.stop();
    }
  });
  handles.push(hold(), hold());
  await Promise.allSettled(handles);
  await turn();
  assert.equal(handles.map(({ status }) => status), ["rejected", "rejected"]);
  assert.equal(log.slice(0, 4), ["invoked 1", "ready 1", "invoked 2", "ready 2"]);
});

subscribe("only a function can listen", () => {
  const run = trace();
  const trap = { toString: () => { throw new Error("a trap"); } };
  for (const [value, shown] of [[5, "5"], [undefined, "undefined"], [Symbol("sign"), "Symbol(sign)"], [trap, "an object"]]) {
    assert.throws(
      () => run.subscribe(value as never),
      (error: Error) => error instanceof TypeError && error.message === `Cannot subscribe ${String(shown)}: expected a function`,
    );
  }
  run.stop();
});

subscribe.run();
