import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Task, task } from "./aiodag.ts";
import { type Clock, createClock } from "./support/clock.ts";
import { deferred } from "./support/deferred.ts";
import { runtime } from "./support/runtime.ts";
import { stopTime } from "./support/time.ts";
import { turn } from "./support/turn.ts";
import { type Recording, trace } from "./trace.ts";

const summary = suite("summary()");

/** Records a program whose sleeps take just as long as they say. */
async function record(program: (clock: Clock) => unknown): Promise<Recording> {
  return stopTime(async (setTime) => {
    const clock = createClock(setTime);
    const run = trace();
    program(clock);
    await clock.run();
    await run.idle();
    run.stop();
    return run;
  });
}

const names = (run: Recording): string[] => run.summary().criticalPath.tasks.map(({ name }) => name);

summary("adds up the pipeline", async () => {
  const run = await record(({ sleep }) => {
    const part = (name: string, units: number) => task({ name })(() => sleep(units))();
    const concatenate = (name: string) => task({ name })((_a: unknown, _b: unknown) => sleep(1));
    const strip = task(function strip(_: unknown) {
      return sleep(1);
    });
    const ca = concatenate("ca")(part("a1", 1), part("a2", 2));
    const cb = concatenate("cb")(part("b1", 4), part("b2", 0.5));
    const cc = concatenate("cc")(part("c1", 6), part("c2", 3.5));
    const cab = concatenate("cab")(ca, cb);
    task(function upload(..._: unknown[]) {
      return sleep(1);
    })(strip(ca), strip(cab), strip(cc));
  });
  const { criticalPath, ...rest } = run.summary();
  assert.equal(names(run), ["c1", "cc", "strip", "upload"]);
  assert.is(criticalPath.length, 9);
  assert.equal(rest, {
    total: 14,
    dropped: 0,
    tasks: { waiting: 0, ready: 0, running: 0, fulfilled: 14, failed: 0, aborted: 0 },
    makespan: 9,
    work: 25,
    above: 0,
    parallelism: 25 / 9,
    atOnce: 6,
    waitedForSlots: 0,
  });
});

summary("says how far above the critical path a run was that had to wait for slots", async () => {
  const run = await record(({ sleep }) => {
    const hold = task({ concurrency: 1 })(function hold(_: number) {
      return sleep(10);
    });
    for (let i = 0; i < 3; i++) hold(i);
  });
  const { makespan, criticalPath, above, atOnce, waitedForSlots } = run.summary();
  assert.equal([makespan, criticalPath.length, above, atOnce, waitedForSlots], [30, 10, 2, 1, 30]);
});

summary("counts a handle that a body returned, and a body that invokes others", async () => {
  const run = await record(({ sleep }) => {
    const inner = task(function inner() {
      return sleep(5);
    });
    const outer = task(async function outer() {
      await sleep(3);
      inner();
    });
    const relay = task(function relay() {
      return inner();
    });
    outer();
    task(function last(_: unknown) {
      return sleep(1);
    })(relay());
  });
  // One way is outer, 3 units until it invokes inner, which takes 5; the other is relay, inner, last: 0 + 5 + 1. In a
  // browser it cannot be known who invokes what after an await.
  assert.is(run.summary().criticalPath.length, runtime === "browser" ? 6 : 8);
  assert.equal(names(run), runtime === "browser" ? ["inner", "relay", "last"] : ["outer", "inner"]);
});

summary("a run is never below its critical path", async () => {
  const run = await record(({ sleep }) => {
    const join = task({ concurrency: 2 })(function join(n: number, ..._: unknown[]) {
      return sleep((n * 7) % 5);
    });
    const handles: Task<unknown>[] = [];
    for (let n = 0; n < 60; n++) handles.push(join(n, ...handles.filter((_, i) => (n * (i + 3)) % 7 === 0)));
  });
  const { makespan, criticalPath, work, atOnce } = run.summary();
  assert.ok(makespan >= criticalPath.length, `${makespan} ${criticalPath.length}`);
  assert.ok(makespan >= work / 2);
  assert.is(atOnce, 2);
  const sum = criticalPath.tasks.reduce((length, { started, ended }) => length + ended! - started!, 0);
  assert.is(criticalPath.length, sum);
});

summary("a body that runs on after the abort of its task counts up to that, and holds up nothing", async () => {
  const run = await record(({ sleep }) => {
    const limited = task({ concurrency: 1 });
    const deaf = limited(function deaf() {
      return sleep(100);
    })();
    const other = limited(function other() {
      return sleep(5);
    })();
    task(function busy() {
      return sleep(30);
    })();
    other.catch(() => {});
    void sleep(10).then(() => {
      deaf.abort();
      other.abort();
    });
  });
  const { criticalPath, makespan, work, atOnce, parallelism, waitedForSlots } = run.summary();
  assert.equal([makespan, work, atOnce, parallelism, waitedForSlots], [30, 40, 2, 40 / 30, 10]);
  assert.equal([names(run), criticalPath.length], [["busy"], 30]);
  assert.equal(run.tasks[0]!.ended! - run.tasks[0]!.settled!, 90);
});

summary("what an aborted body invokes when it runs on comes after it on the critical path", async () => {
  const run = await record(({ sleep }) => {
    const deaf = task(async function deaf() {
      await sleep(50);
      await task(function late() {
        return sleep(10);
      })();
    })();
    void sleep(10).then(() => deaf.abort());
  });
  const isKnown = runtime !== "browser";
  assert.equal(run.summary().criticalPath.length, isKnown ? 60 : 10);
  assert.equal(names(run), isKnown ? ["deaf", "late"] : ["late"]);
  assert.is(run.summary().makespan, 60);
});

summary("measures what still runs up to now, and stands a deadlock", () =>
  stopTime(async (setTime) => {
    const wait = deferred();
    const run = trace();
    const first: Task<unknown> = task(function first(): unknown {
      return second;
    })();
    const second: Task<unknown> = task(function second(_: unknown) {})(first);
    task(function busy() {
      return wait.promise;
    })();
    await turn();
    setTime(40);
    const { makespan, work, tasks, criticalPath } = run.summary();
    assert.equal([makespan, work, criticalPath.length], [40, 40, 40]);
    assert.equal(tasks, { waiting: 2, ready: 0, running: 1, fulfilled: 0, failed: 0, aborted: 0 });
    wait.resolve();
    run.stop();
  }),
);

summary("of nothing is nothing", () => {
  const run = trace();
  run.stop();
  assert.equal(run.summary(), {
    total: 0,
    dropped: 0,
    tasks: { waiting: 0, ready: 0, running: 0, fulfilled: 0, failed: 0, aborted: 0 },
    makespan: 0,
    work: 0,
    criticalPath: { tasks: [], length: 0 },
    above: 0,
    parallelism: 0,
    atOnce: 0,
    waitedForSlots: 0,
  });
});

summary("of a chain of 100,000 tasks overflows no stack", () =>
  stopTime(async (setTime) => {
    const run = trace();
    const next = task(function next(n: number) {
      setTime(n + 1);
      return n + 1;
    });
    let last = next(0);
    for (let i = 1; i < 100_000; i++) last = next(last);
    await last;
    run.stop();
    const { tasks, length } = run.summary().criticalPath;
    assert.equal([tasks.length, length], [100_000, 100_000]);
  }),
);

summary.run();
