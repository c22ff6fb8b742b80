import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Task, task } from "./aiodag.ts";
import { deferred } from "./support/deferred.ts";
import { collectRejections } from "./support/rejections.ts";
import { turn } from "./support/turn.ts";

const test = suite("task");

/** For wrong uses, which do not compile. */
const untyped = task as unknown as (...args: unknown[]) => (...args: unknown[]) => unknown;

const nameOf = (fn: unknown): string => (fn as { name: string }).name;

function throws(run: () => unknown, kind: new () => Error, message: string): void {
  assert.throws(run, (error: unknown) => {
    assert.instance(error, kind);
    assert.is((error as Error).message, message);
    return true;
  });
}

// What a wrapped function is

test("a wrapped function takes values, handles and other thenables, and gives a handle at once", async () => {
  const join = task((...parts: unknown[]) => parts.join(" "));
  const handle = join(1, task(() => 2)(), Promise.resolve(3), { then: (done: (value: number) => void) => done(4) });
  assert.instance(handle, Task);
  assert.is(handle.status, "pending");
  assert.is(await handle, "1 2 3 4");
});

test("a wrapped function keeps its name, and can be named by an option for traces only", () => {
  assert.is(nameOf(task(async function fetchUser() {})), "fetchUser");
  const named = (): void => {};
  assert.is(nameOf(task(named)), "named");
  assert.is(nameOf(task(() => {})), "");
  assert.is(nameOf(task({ name: "other" })(named)), "named");
  assert.is(nameOf(task(task(named))), "named");
});

test("the name of a wrapped function is a property as that of any function", () => {
  const descriptor = Object.getOwnPropertyDescriptor(task(function load() {}), "name");
  assert.equal(descriptor, { value: "load", writable: false, enumerable: false, configurable: true });
});

test("a name that is no string is ignored", async () => {
  for (const name of [5, undefined, null, Symbol("name"), {}]) {
    const fn = Object.defineProperty(() => 1, "name", { value: name });
    assert.type(nameOf(task(fn)), "string");
    assert.is(await task(fn)(), 1);
  }
});

test("a wrapped function passes its this on", async () => {
  const self = { base: 1, add: task(function add(this: { base: number }, by: number) { return this.base + by; }) };
  assert.is(await self.add(1), 2);
  assert.is(await self.add.call({ base: 10 }, Promise.resolve(2)), 12);
  assert.is(await Reflect.apply(task(function self(this: unknown) { return this; }), "plain", []), "plain");
  assert.is(await task(function self(this: unknown) { return this; })(), undefined);
});

test("a wrapped function passes on all its arguments, and no more", async () => {
  const count = task((...args: unknown[]) => args.length);
  assert.is(await count(), 0);
  assert.is(await count(undefined), 1);
  assert.is(await count(1, undefined, 3), 3);
  assert.equal(await task((a: number, b = 2, ...c: number[]) => [a, b, c])(1), [1, 2, []]);
  assert.equal(await task((a: number, b = 2) => [a, b])(1, task(() => undefined)() as never), [1, 2]);
});

test("only the arguments themselves are looked at, not what is inside them", async () => {
  const inner = task(() => 1)();
  const same = task((value: unknown) => ({ value }));
  const list = [inner];
  assert.is((await same(list)).value, list);
  const record = { inner };
  assert.is((await same(record)).value, record);
  const lazy = (): unknown => inner;
  assert.is((await same(lazy)).value, lazy);
});

test("every call is one of its own", async () => {
  let calls = 0;
  const next = task(() => ++calls);
  assert.equal(await Promise.all([next(), next(), next()]), [1, 2, 3]);
});

test("wrapping runs nothing, and leaves the function as it was", async () => {
  const log: string[] = [];
  const fn = Object.freeze(() => void log.push("ran"));
  task(fn);
  task({ concurrency: 1 })(fn);
  await turn();
  assert.equal(log, []);
  fn();
  assert.equal(log, ["ran"]);
});

// after

test("what comes after is waited for in order only, and gives no argument", async () => {
  const log: string[] = [];
  const gate = deferred<string>();
  const count = task((...args: unknown[]) => void log.push(`ran with ${args.length}`), gate.promise, task(() => "x")());
  const handle = count(1);
  await turn();
  assert.equal(log, []);
  gate.resolve("given");
  await handle;
  assert.equal(log, ["ran with 1"]);
});

test("a task runs even if what it comes after fails", async () => {
  const reason = new Error("before");
  const ran = task(() => "ran", Promise.reject(reason))();
  assert.is(await ran, "ran");
});

test("the then of what comes after is read once, when wrapping, and called once, at the first call, for all", async () => {
  const log: string[] = [];
  let settle!: (value: string) => void;
  const thenable = {
    get then() {
      log.push("read");
      return (fulfilled: (value: string) => void): void => {
        log.push("called");
        settle = fulfilled;
      };
    },
  } as unknown as PromiseLike<string>;
  const step = task((n: number) => void log.push(`step ${n}`), thenable);
  assert.equal(log, ["read"]);
  await turn();
  assert.equal(log, ["read"]);
  const first = step(1);
  const second = step(2);
  assert.equal(log, ["read"], "not in the caller's stack");
  await turn();
  assert.equal(log, ["read", "called"]);
  settle("done");
  await Promise.all([first, second]);
  await step(3);
  assert.equal(log, ["read", "called", "step 1", "step 2", "step 3"]);
});

test("a promise that nothing was called after reports its failure itself", async () => {
  const reason = new Error("nobody came");
  const { unhandled } = await collectRejections(() => {
    task(() => 1, Promise.reject(reason));
  });
  assert.equal(unhandled, [reason]);
});

// Wrapping again

test("wrapping a task again gives a new function, and leaves the old one as it was", async () => {
  const log: string[] = [];
  const gate = deferred();
  const once = task((n: number) => void log.push(`once ${n}`));
  const twice = task(once, gate.promise);
  assert.is.not(once, twice);
  const waiting = twice(1);
  await once(2);
  assert.equal(log, ["once 2"]);
  gate.resolve();
  await waiting;
  assert.equal(log, ["once 2", "once 1"]);
});

test("wrapping a task again costs no extra hop", async () => {
  const log: string[] = [];
  const step = (name: string) => () => void log.push(name);
  const calls = [
    task(step("plain")),
    task(task(step("twice"))),
    task({ name: "named" })(task(task({ concurrency: 9 })(step("with options")))),
    task(step("plain again")),
  ];
  const handles = calls.map((call) => call());
  await Promise.resolve().then(() => log.push("a microtask later"));
  assert.equal(log, ["plain", "twice", "with options", "plain again", "a microtask later"]);
  await Promise.all(handles);
});

test("a task that is wrapped again forwards this", async () => {
  const own = task(task(function own(this: { x: number }, by: number) { return this.x + by; }));
  assert.is(await own.call({ x: 1 }, Promise.resolve(2)), 3);
});

test("a task that is wrapped again waits for what all its wrappings come after", async () => {
  for (const order of [[0, 1, 2], [2, 1, 0], [1, 2, 0]]) {
    const log: string[] = [];
    const gates = [deferred(), deferred(), deferred()] as const;
    const fn = (): void => void log.push("ran");
    const handle = task(task({ name: "mid" })(task(fn, gates[0].promise), gates[1].promise), gates[2].promise)();
    for (const i of order) {
      await turn();
      assert.equal(log, []);
      gates[i]!.resolve();
    }
    await handle;
    assert.equal(log, ["ran"]);
  }
});

test("wrapping a task again shares what it comes after: its then is called once for both", async () => {
  let calls = 0;
  const thenable = { then: (done: (value: number) => void) => done(++calls) } as PromiseLike<number>;
  const once = task(() => "ran", thenable);
  const twice = task(once);
  assert.equal(await Promise.all([twice(), once(), twice()]), ["ran", "ran", "ran"]);
  assert.is(calls, 1);
});

test("options that were not given before are added, each with its own decorator's group", async () => {
  const log: string[] = [];
  const gate = deferred();
  const controller = new AbortController();
  const limited = task({ concurrency: 1 });
  const hold = limited(async () => {
    log.push("hold");
    await gate.promise;
  });
  const inner = limited((outcome: unknown) => void log.push(`inner ${JSON.stringify(outcome)}`));
  const outer = task({ settled: true, signal: controller.signal })(inner);
  const handles = [hold(), outer(1 as never), outer(2 as never), inner(3)];
  await turn();
  assert.equal(log, ["hold"], "still in the group of the first decorator");
  controller.abort("enough");
  assert.equal(handles.map(({ status }) => status), ["pending", "rejected", "rejected", "pending"]);
  gate.resolve();
  await handles[3];
  assert.equal(log, ["hold", "inner 3"]);
  assert.is((handles[1] as Task<void>).reason, "enough");

  const unaborted = task({ settled: true })(inner);
  await unaborted(4 as never);
  assert.equal(log.at(-1), 'inner {"status":"fulfilled","value":4}');
});

test("an option that was given already cannot be given again, even as false", () => {
  const { signal } = new AbortController();
  const given = { name: "a", settled: false, signal, concurrency: Infinity } as const;
  for (const option of Object.keys(given) as (keyof typeof given)[]) {
    const once = task({ [option]: given[option] } as { name: string })(() => 1);
    const message = `Cannot give ${option} again: wrap a function that calls the task`;
    throws(() => task({ [option]: given[option] } as { name: string })(once), TypeError, message);
    throws(() => task({ [option]: given[option] } as { name: string })(task(once)), TypeError, message);
    for (const other of Object.keys(given) as (keyof typeof given)[]) {
      if (other !== option) assert.type(task({ [other]: given[other] } as { name: string })(once), "function");
    }
  }
});

test("an option that is undefined was not given", async () => {
  const once = task({ concurrency: undefined, name: undefined, settled: undefined, signal: undefined })((n: number) => n);
  assert.is(await task({ concurrency: 1, name: "n", settled: false, signal: new AbortController().signal })(once)(1), 1);
  const given = task({ concurrency: 1 })(() => 1);
  assert.is(await task({ concurrency: undefined })(given)(), 1);
});

// Groups

test("a decorator is one group, and another of the same options is another", async () => {
  const log: string[] = [];
  const gate = deferred();
  const options = { concurrency: 1 } as const;
  const [one, two] = [task(options), task(options)];
  const hold = one(() => gate.promise);
  const handles = [hold(), one(() => void log.push("same group"))(), two(() => void log.push("other group"))()];
  await turn();
  assert.equal(log, ["other group"]);
  gate.resolve();
  await Promise.all(handles);
  assert.equal(log, ["other group", "same group"]);
});

test("what happens to an options object later changes nothing", async () => {
  const options: { name?: string; concurrency: number; settled: false } = { concurrency: 1, settled: false };
  const decorator = task(options);
  Object.assign(options, { concurrency: 0, settled: true, unknown: 1 });
  assert.is(await decorator((n: number) => n)(5), 5);
});

test("options need no prototype, and may be frozen", async () => {
  const bare = Object.assign(Object.create(null) as object, { concurrency: 1 });
  assert.is(await task(bare)(() => 1)(), 1);
  assert.is(await task(Object.freeze({ concurrency: 1 }))(() => 1)(), 1);
  assert.is(await task({})(() => 1)(), 1);
});

// Wrong uses

const things: [shown: string, thing: unknown][] = [
  ["5", 5],
  ["true", true],
  ["undefined", undefined],
  ["null", null],
  ['"text"', "text"],
  ["Symbol(s)", Symbol("s")],
  ["7", 7n],
];

test("what is no function cannot be wrapped", () => {
  const objects: [string, unknown][] = [["an object", []], ["an object", task(() => 1)()], ["an object", new Date()]];
  for (const [shown, thing] of [...things, ...objects]) {
    throws(() => untyped(thing), TypeError, `Cannot wrap ${shown} as a task: expected a function`);
    throws(() => untyped({})(thing), TypeError, `Cannot wrap ${shown} as a task: expected a function`);
  }
  throws(() => untyped(), TypeError, "Cannot wrap undefined as a task: expected a function");
  throws(() => untyped({})({}), TypeError, "Cannot wrap an object as a task: expected a function");
});

test("a task cannot come after what is not thenable", () => {
  const fn = (): void => {};
  const objects: [string, unknown][] = [["an object", {}], ["an object", { then: 5 }], ["a function", fn], ["an object", []]];
  const after = things.filter(([, thing]) => typeof thing !== "string" && typeof thing !== "symbol");
  for (const [shown, thing] of [...after, ...objects]) {
    const message = `Cannot run a task after ${shown}: expected a thenable`;
    throws(() => untyped(fn, thing), TypeError, message);
    throws(() => untyped({ name: "n" })(fn, thing), TypeError, message);
    throws(() => untyped(fn, Promise.resolve(), thing), TypeError, message);
  }
  throws(
    () => untyped(fn, Promise.resolve(), "text"),
    TypeError,
    'Cannot run a task after "text": expected a thenable',
  );
});

test("an unknown option is told", () => {
  const message = 'Cannot use 2 as concurency: expected name, settled, signal, concurrency';
  throws(() => untyped({ concurency: 2 }), TypeError, message);
  throws(() => untyped({ concurrency: 2, concurency: 2 }), TypeError, message);
});

test("an option of another type is told", () => {
  throws(() => untyped({ name: 5 }), TypeError, "Cannot use 5 as name: expected a string");
  throws(() => untyped({ name: null }), TypeError, "Cannot use null as name: expected a string");
  throws(() => untyped({ settled: 1 }), TypeError, "Cannot use 1 as settled: expected a boolean");
  throws(() => untyped({ settled: "true" }), TypeError, 'Cannot use "true" as settled: expected a boolean');
  throws(() => untyped({ signal: null }), TypeError, "Cannot use null as signal: expected an AbortSignal");
  throws(() => untyped({ signal: 5 }), TypeError, "Cannot use 5 as signal: expected an AbortSignal");
  throws(() => untyped({ signal: new AbortController() }), TypeError, "Cannot use an object as signal: expected an AbortSignal");
  for (const [shown, thing] of [['"2"', "2"], ["an object", {}], ...things] satisfies typeof things) {
    if (typeof thing === "number" || thing === undefined) continue;
    throws(
      () => untyped({ concurrency: thing }),
      TypeError,
      `Cannot use ${shown} as concurrency: expected an integer from 1, or Infinity`,
    );
  }
});

test("a concurrency that no limit can be is told", () => {
  for (const concurrency of [0, -1, 1.5, NaN, -Infinity]) {
    throws(
      () => task({ concurrency }),
      RangeError,
      `Cannot use ${concurrency} as concurrency: expected an integer from 1, or Infinity`,
    );
  }
});

test("options come by themselves: the rest belongs to the decorator", () => {
  throws(() => untyped({ concurrency: 1 }, () => 1), TypeError, "Cannot use a function: expected options alone");
  throws(() => untyped({}, Promise.resolve()), TypeError, "Cannot use an object: expected options alone");
});

test("what a task comes after may have any other property", async () => {
  for (const kind of ["method", "field", "query"]) {
    const thenable = { kind, name: "x", then: (done: (value: number) => void) => done(1) } as unknown as PromiseLike<number>;
    assert.is(await task(() => kind, thenable)(), kind);
  }
});

test("a wrong use leaves nothing behind: no call was made, and what came after it is not handled", async () => {
  const reason = new Error("still mine");
  const { unhandled } = await collectRejections(() => {
    assert.throws(() => untyped(() => {}, Promise.reject(reason), 5));
  });
  assert.equal(unhandled, [reason]);
});

test("once a task is called nothing throws to the caller", async () => {
  const hostile = new Proxy({}, {
    get() { throw new Error("get"); },
    has() { throw new Error("has"); },
    getPrototypeOf() { throw new Error("getPrototypeOf"); },
  });
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const take = task((value: unknown) => typeof value);
  const handles = [take(hostile), take(proxy)];
  for (const handle of handles) assert.instance(await handle.catch((error: unknown) => error), Error);
});

// A Proxy that stands for a remote function

/** As Comlink's: whatever is read of it is such a Proxy again, and what it does is a call by `apply`. */
function remote(log: string[], answer: (self: unknown, args: unknown[]) => unknown, path: string[] = []): () => unknown {
  return new Proxy(function target() {}, {
    get(_, key) {
      log.push(`get ${String(key)}`);
      return remote(log, answer, [...path, String(key)]);
    },
    apply: (_, self: unknown, args: unknown[]) => {
      log.push(["apply", ...path].join(" "));
      return answer(self, args);
    },
    has: (_, key) => { throw new Error(`has ${String(key)}`); },
    set: (_, key) => { throw new Error(`set ${String(key)}`); },
    ownKeys: () => { throw new Error("ownKeys"); },
    defineProperty: (_, key) => { throw new Error(`defineProperty ${String(key)}`); },
    deleteProperty: (_, key) => { throw new Error(`deleteProperty ${String(key)}`); },
    getOwnPropertyDescriptor: (_, key) => { throw new Error(`getOwnPropertyDescriptor ${String(key)}`); },
    getPrototypeOf: () => { throw new Error("getPrototypeOf"); },
    setPrototypeOf: () => { throw new Error("setPrototypeOf"); },
    isExtensible: () => { throw new Error("isExtensible"); },
    preventExtensions: () => { throw new Error("preventExtensions"); },
    construct: () => { throw new Error("construct"); },
  });
}

test("a Proxy of a function can be wrapped: nothing but its name is read, and it is called by apply", async () => {
  const log: string[] = [];
  const self = {};
  const wrapped = task(remote(log, async (on, args) => [on === self, ...args]) as (...args: unknown[]) => Promise<unknown>);
  assert.equal(log, ["get name"]);
  assert.is(nameOf(wrapped), "", "a name that is a function is none");
  assert.equal(await wrapped.call(self, Promise.resolve(1), task(() => 2)(), 3), [true, 1, 2, 3]);
  assert.equal(log, ["get name", "apply"]);
});

test("a Proxy of a function can be wrapped with options, after something, and again", async () => {
  const log: string[] = [];
  const wrapped = task(task({ name: "remote", concurrency: 1 })(remote(log, () => 5), Promise.resolve()));
  assert.equal(log, ["get name"]);
  assert.equal(await Promise.all([wrapped(), wrapped()]), [5, 5]);
  assert.equal(log, ["get name", "apply", "apply"]);
});

test("a failure of a Proxy of a function arrives through the handle", async () => {
  const reason = new Error("remote");
  const wrapped = task(remote([], () => { throw reason; }));
  assert.is(await wrapped().catch((error: unknown) => error), reason);
  const { proxy, revoke } = Proxy.revocable(() => 1, {});
  const revoked = task(proxy);
  revoke();
  assert.instance(await revoked().catch((error: unknown) => error), TypeError);
});

test.run();
