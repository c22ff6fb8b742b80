import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Observer, observeTasks } from "../src/observer.ts";
import { all, Task, task } from "./aiodag.ts";
import { deferred } from "./support/deferred.ts";
import { turn } from "./support/turn.ts";

const test = suite("observe");

/** The seam: what the other entries of the package reach the core by. */
const observe = (observer: Observer): (() => void) => observeTasks(Task, observer);

type Seen = Parameters<NonNullable<Observer["settled"]>>[0];

/** An observer that writes all it is told into a log: each task by the name of its function and a number. */
function record(log: string[]): Observer {
  const names = new Map<unknown, string>();
  const nameOf = (of: Seen): string => names.get(of) ?? "foreign";
  return {
    invoked: (of, { name }, parent) => {
      const count = [...names.values()].filter((other) => other.startsWith(name)).length;
      names.set(of, `${name}${count + 1}`);
      log.push(`invoked ${nameOf(of)}${parent ? ` by ${nameOf(parent)}` : ""}`);
    },
    edge: (of, dependency, kind, index) => void log.push(`edge ${nameOf(of)} <- ${nameOf(dependency)} ${kind} ${index}`),
    ready: (of) => void log.push(`ready ${nameOf(of)}`),
    started: (of) => void log.push(`started ${nameOf(of)}`),
    settled: (of) => void log.push(`settled ${nameOf(of)} ${(of as unknown as Task<unknown>).status}`),
    chained: (of, by) => void log.push(`chained ${nameOf(of)}${by ? ` by ${nameOf(by)}` : ""}`),
    ended: (of) => void log.push(`ended ${nameOf(of)}`),
    run: (of, body) => {
      log.push(`body of ${nameOf(of)} {`);
      try {
        return body();
      } finally {
        log.push(`} body of ${nameOf(of)}`);
      }
    },
  };
}

/** What an observer is told of while `body` runs, and until all that is queued has run. */
async function observed(body: () => unknown): Promise<string[]> {
  const log: string[] = [];
  const stop = observe(record(log));
  try {
    await body();
    await turn();
  } finally {
    stop();
  }
  return log;
}

/** Runs `body`, and gives what was thrown meanwhile where nothing can catch it but the platform. */
async function uncaught(body: () => unknown): Promise<unknown[]> {
  const errors: unknown[] = [];
  const { queueMicrotask: queue } = globalThis;
  globalThis.queueMicrotask = (callback) =>
    queue(() => {
      try {
        callback();
      } catch (error) {
        errors.push(error);
      }
    });
  try {
    await body();
    await turn();
  } finally {
    globalThis.queueMicrotask = queue;
  }
  return errors;
}

test("the seam has no name that could be taken for one of the API", () => {
  assert.type(observe, "function");
  assert.equal(Object.keys(Task), []);
  assert.equal(Object.getOwnPropertyNames(Task).sort(), ["length", "name", "prototype"]);
});

test("an observer is told of a small graph in the order in which things happen", async () => {
  const gate = deferred<number>();
  const log = await observed(async () => {
    const load = task(async function load(n: number) {
      return n;
    });
    const add = task(function add(a: number, b: number) {
      return a + b;
    });
    const sum = add(load(1), load(gate.promise));
    await turn();
    gate.resolve(2);
    await turn();
    assert.is(sum.value, 3);
  });
  assert.equal(log, [
    "invoked load1",
    "ready load1",
    "invoked load2",
    "edge load2 <- foreign data 0",
    "invoked add1",
    "edge add1 <- load1 data 0",
    "edge add1 <- load2 data 1",
    "started load1",
    "body of load1 {",
    "} body of load1",
    "ended load1",
    "settled load1 fulfilled",
    // The stand-in of what is no handle ends as a task does.
    "ended foreign",
    "settled foreign fulfilled",
    "ready load2",
    "started load2",
    "body of load2 {",
    "} body of load2",
    "ended load2",
    "settled load2 fulfilled",
    "ready add1",
    "started add1",
    "body of add1 {",
    "} body of add1",
    "ended add1",
    "settled add1 fulfilled",
  ]);
});

test("an edge tells why a task waits, and for which argument", async () => {
  const source = task(function source() {
    return 0;
  });
  const log = await observed(() => {
    const [a, b] = [source(), source()];
    const dependent = task(function dependent(..._: unknown[]) {
      return undefined;
    }, b, a);
    dependent("plain", a, {}, b, a);
  });
  assert.equal(log.filter((line) => line.startsWith("edge")), [
    "edge dependent1 <- source1 data 1",
    "edge dependent1 <- source2 data 3",
    "edge dependent1 <- source1 data 4",
    "edge dependent1 <- source2 order 0",
    "edge dependent1 <- source1 order 1",
  ]);
});

test("an edge is told of what has settled already, too", async () => {
  const settled = task(function settled() {
    return 0;
  });
  const log = await observed(async () => {
    const source = settled();
    await source;
    task(function late(_: number, ..._rest: unknown[]) {}, source)(source);
  });
  assert.equal(log.filter((line) => line.startsWith("edge")), [
    "edge late1 <- settled1 data 0",
    "edge late1 <- settled1 order 0",
  ]);
});

test("a call in the synchronous part of a body is told with that body's task, and a handle that it returns as an edge", async () => {
  const log = await observed(() => {
    const inner = task(function inner() {
      return 1;
    });
    task(function outer() {
      return inner();
    })();
    task(async function later() {
      await undefined;
      void inner();
    })();
  });
  assert.equal(log, [
    "invoked outer1",
    "ready outer1",
    "invoked later1",
    "ready later1",
    "started outer1",
    "body of outer1 {",
    "invoked inner1 by outer1",
    "ready inner1",
    "} body of outer1",
    "ended outer1",
    "edge outer1 <- inner1 returned 0",
    "started later1",
    "body of later1 {",
    "} body of later1",
    "started inner1",
    "body of inner1 {",
    "} body of inner1",
    "ended inner1",
    "settled inner1 fulfilled",
    "settled outer1 fulfilled",
    "invoked inner2",
    "ready inner2",
    "started inner2",
    "body of inner2 {",
    "} body of inner2",
    "ended inner2",
    "settled inner2 fulfilled",
    "ended later1",
    "settled later1 fulfilled",
  ]);
});

test("a task that its limit holds back is ready before it starts", async () => {
  const log = await observed(() => {
    const limited = task({ concurrency: 1 });
    const one = limited(async function one() {});
    one();
    one();
  });
  assert.equal(
    log.filter((line) => /^(ready|started|ended)/.test(line)),
    ["ready one1", "ready one2", "started one1", "ended one1", "started one2", "ended one2"],
  );
});

test("a failure settles without a start what depends on it", async () => {
  const log = await observed(async () => {
    const fail = task(function fail(): never {
      throw new Error("no");
    });
    const dependent = task(function dependent(_: never) {});
    await dependent(fail()).catch(() => {});
  });
  assert.equal(log, [
    "invoked fail1",
    "ready fail1",
    "invoked dependent1",
    "edge dependent1 <- fail1 data 0",
    "chained dependent1",
    "started fail1",
    "body of fail1 {",
    "} body of fail1",
    "ended fail1",
    "settled fail1 rejected",
    "settled dependent1 rejected",
  ]);
});

test("an aborted body is settled at once, and ended when it really has", async () => {
  const gate = deferred();
  const log = await observed(async () => {
    const hold = task(async function hold() {
      await gate.promise;
    });
    const waiting = task(function waiting(_: unknown) {});
    const [holding, never] = [hold(), waiting(deferred().promise)];
    await turn();
    holding.abort();
    never.abort();
    await turn();
    gate.resolve();
  });
  assert.equal(log, [
    "invoked hold1",
    "ready hold1",
    "invoked waiting1",
    "edge waiting1 <- foreign data 0",
    "started hold1",
    "body of hold1 {",
    "} body of hold1",
    "settled hold1 rejected",
    "settled waiting1 rejected",
    "ended hold1",
  ]);
});

test("chaining and awaiting a handle are told, each time", async () => {
  const log = await observed(async () => {
    const one = task(function one() {
      return 1;
    })();
    void one.then();
    await one;
    await Promise.all([one.catch(() => {}), one.finally(() => {})]);
  });
  assert.is(log.filter((line) => line === "chained one1").length, 4);
});

test("chaining in the synchronous part of a body is told with that body's task", async () => {
  const log = await observed(() => {
    const one = task(function one() {
      return 1;
    });
    task(async function chaining() {
      void one().then();
      await undefined;
      void one().then();
    })();
  });
  assert.equal(log.filter((line) => line.startsWith("chained")), ["chained one1 by chaining1", "chained one2"]);
});

test("reading a handle in place is no chaining", async () => {
  const log = await observed(() => {
    const one = task(function one() {
      return 1;
    })();
    void [one.status, one.value, one.reason, one instanceof Task, one instanceof Promise];
  });
  assert.equal(log.filter((line) => line.startsWith("chained")), []);
});

test("all is a task like any other", async () => {
  const log = await observed(() => {
    const one = task(function one() {
      return 1;
    });
    all([one(), 2, one()]);
  });
  assert.equal(
    log.filter((line) => line.includes("all1")),
    [
      "invoked all1",
      "edge all1 <- one1 data 0",
      "edge all1 <- one2 data 2",
      "ready all1",
      "started all1",
      "body of all1 {",
      "} body of all1",
      "ended all1",
      "settled all1 fulfilled",
    ],
  );
});

test("a task that was wrapped again is invoked once, by the name that was given last", async () => {
  const log = await observed(() => {
    task({ name: "given" })(task(task(function own() {})))();
  });
  assert.equal(log.filter((line) => line.startsWith("invoked")), ["invoked given1"]);
});

test("run is called once for each body that runs, and what the body gives is what run gives back", async () => {
  const log: string[] = [];
  const stop = observe({
    run(of, body) {
      log.push((of as unknown as Task<unknown>).status);
      const result = body();
      log.push(String(result));
      return result;
    },
  });
  try {
    const reason = new Error("no");
    const one = task(() => "one");
    const fail = task((): never => {
      throw reason;
    });
    const dependent = task((_: unknown) => log.push("never"));
    const failed = dependent(fail());
    assert.is(await one(), "one");
    assert.is(await failed.catch((error: unknown) => error), reason);
    assert.equal(log, ["pending", "pending", "one"]);
  } finally {
    stop();
  }
});

test("several observers are told in the order in which they came, and the last that came surrounds the others", async () => {
  const log: string[] = [];
  const observer = (name: string): Observer => ({
    started: () => void log.push(`${name} started`),
    run(_, body) {
      log.push(`${name} {`);
      const result = body();
      log.push(`} ${name}`);
      return result;
    },
  });
  const stops = [observe(observer("a")), observe(observer("b"))];
  await task(() => void log.push("body"))();
  assert.equal(log, ["a started", "b started", "b {", "a {", "body", "} a", "} b"]);
  for (const stop of stops) stop();
});

test("an observer that has stopped is told nothing more, and the others are", async () => {
  const logs: Record<"a" | "b", string[]> = { a: [], b: [] };
  const [stopA, stopB] = [observe(record(logs.a)), observe(record(logs.b))];
  const one = task(function one() {});
  await one();
  const before = logs.a.length;
  assert.ok(before > 0);
  stopA();
  stopA();
  await one();
  stopB();
  const after = logs.b.length;
  await one();
  assert.is(logs.a.length, before);
  assert.is(after, 2 * before);
  assert.is(logs.b.length, after);
});

test("an observer may come and go while tasks run", async () => {
  const log: string[] = [];
  const gate = deferred<number>();
  const one = task(function one(n: number) {
    return n;
  });
  const stop = observe({
    invoked: () => {
      stop();
      log.push("gone");
    },
  });
  const handle = one(gate.promise);
  const end = observe({ settled: () => void log.push("settled"), run: (_, body) => (log.push("ran"), body()) });
  gate.resolve(1);
  assert.is(await handle, 1);
  end();
  await one(2);
  assert.equal(log, ["gone", "settled", "ran", "settled"]);
});

test("an observer needs none of the events, and is called as its own method", async () => {
  const stopEmpty = observe({});
  const observer = {
    seen: [] as string[],
    invoked(this: { seen: string[] }) {
      this.seen.push("invoked");
    },
    run(this: { seen: string[] }, _: unknown, body: () => unknown) {
      this.seen.push("run");
      return body();
    },
  };
  const stop = observe(observer);
  assert.is(await task(() => 1)(), 1);
  stop();
  stopEmpty();
  assert.equal(observer.seen, ["invoked", "run"]);
});

test("a throwing observer harms neither a task nor another observer, and its errors reach the platform", async () => {
  const thrown: string[] = [];
  const fail = (event: string) => (): never => {
    thrown.push(event);
    throw new Error(event);
  };
  const events = ["invoked", "edge", "ready", "started", "settled", "chained", "ended"] as const;
  const log: string[] = [];
  const errors = await uncaught(async () => {
    const stops = [observe(Object.fromEntries(events.map((event) => [event, fail(event)]))), observe(record(log))];
    try {
      const one = task(function one(n: number) {
        return n;
      });
      assert.is(await one(one(1)), 1);
    } finally {
      for (const stop of stops) stop();
    }
  });
  assert.equal([...new Set(thrown)].sort(), [...events].sort());
  assert.equal(errors.map((error) => (error as Error).message), thrown);
  assert.is(log.filter((line) => !/^\}|^body/.test(line)).length, thrown.length);
});


test("what a body throws is its task's failure, and no error of the observer that surrounds it", async () => {
  const reason = new Error("body");
  const errors = await uncaught(async () => {
    const stop = observe({ run: (_, body) => body() });
    try {
      const failed = task((): never => {
        throw reason;
      })();
      assert.is(await failed.catch((error: unknown) => error), reason);
    } finally {
      stop();
    }
  });
  assert.equal(errors, []);
});

test.run();
