import { suite } from "uvu";
import * as assert from "uvu/assert";
import { all, Task, task } from "./aiodag.ts";
import { deferred } from "./support/deferred.ts";
import { collectRejections } from "./support/rejections.ts";
import { turn } from "./support/turn.ts";

const test = suite("handle");

const identity = task(<T>(value: T) => value);

const fail = task((reason: unknown): never => {
  throw reason;
});

/** What can be read of a handle in place. */
const read = (handle: Task<unknown>): unknown[] => [handle.status, handle.value, handle.reason];

test("status, value and reason can be read in place at any time", async () => {
  const gate = deferred<string>();
  const running = task(async (input: string) => `${input}!`)(gate.promise);
  assert.equal(read(running), ["pending", undefined, undefined]);
  await turn();
  assert.equal(read(running), ["pending", undefined, undefined]);
  gate.resolve("value");
  await running;
  assert.equal(read(running), ["fulfilled", "value!", undefined]);

  const failed = fail("why");
  assert.equal(read(failed), ["pending", undefined, undefined]);
  await failed.catch(() => {});
  assert.equal(read(failed), ["rejected", undefined, "why"]);

  const aborted = identity(1);
  aborted.abort("stop");
  assert.equal(read(aborted), ["rejected", undefined, "stop"]);
});

test("status is pending while a body runs, and while it waits for a handle that it returned", async () => {
  const log: string[] = [];
  const gate = deferred();
  const inner = task((_: unknown) => 1)(gate.promise);
  const outer: Task<number> = task(() => {
    log.push(outer.status);
    return inner;
  })();
  await turn();
  log.push(outer.status);
  gate.resolve();
  await turn();
  log.push(outer.status);
  assert.equal(log, ["pending", "pending", "fulfilled"]);
});

test("status, value and reason have settled before a then callback or a dependent runs", async () => {
  const log: unknown[] = [];
  const gate = deferred<number>();
  const source = identity(gate.promise);
  void source.then(() => log.push(["callback", ...read(source)]));
  task((_: number) => void log.push(["dependent", ...read(source)]))(source);
  gate.resolve(1);
  await turn();
  assert.equal(log.length, 2);
  assert.equal(
    log.sort(),
    [
      ["callback", "fulfilled", 1, undefined],
      ["dependent", "fulfilled", 1, undefined],
    ],
  );
});

test("values and reasons that are falsy are told from absent ones", async () => {
  for (const outcome of [undefined, null, 0, "", false, NaN]) {
    const kept = identity(outcome);
    const lost = fail(outcome);
    const results = await Promise.allSettled([kept, lost]);
    assert.equal(results, [
      { status: "fulfilled", value: outcome },
      { status: "rejected", reason: outcome },
    ]);
    assert.equal(read(kept), ["fulfilled", outcome, undefined]);
    assert.equal(read(lost), ["rejected", undefined, outcome]);
    const dependent = identity(lost);
    assert.equal(await Promise.allSettled([dependent]), [{ status: "rejected", reason: outcome }]);
  }
});

test("values and reasons are passed on by identity", async () => {
  for (const outcome of [{}, () => {}, Symbol("outcome"), new Error("outcome"), [1]]) {
    const kept = identity(outcome);
    const lost = fail(outcome);
    assert.is(await kept, outcome);
    assert.is(kept.value, outcome);
    assert.is(await identity(kept), outcome);
    assert.is(await lost.catch((reason: unknown) => reason), outcome);
    assert.is(lost.reason, outcome);
    assert.is(await identity(lost).catch((reason: unknown) => reason), outcome);
  }
});

test("a handle can be read as React's use() reads it: settled ones without waiting", async () => {
  const use = <T>(usable: Task<T>): T => {
    if (usable.status === "fulfilled") return usable.value as T;
    if (usable.status === "rejected") throw usable.reason;
    throw usable;
  };
  const gate = deferred<string>();
  const kept = identity(gate.promise);
  const lost = task((_: string): string => {
    throw new Error("lost");
  })(gate.promise);
  lost.catch(() => {});
  const suspended = (handle: Task<string>): unknown => {
    try {
      return use(handle);
    } catch (thrown) {
      return thrown;
    }
  };
  assert.is(suspended(kept), kept);
  assert.is(suspended(lost), lost);
  gate.resolve("value");
  await turn();
  assert.is(suspended(kept), "value");
  assert.is((suspended(lost) as Error).message, "lost");
});

test("a handle is an instance of Promise and of Task, and says that it is a promise", async () => {
  for (const handle of [identity(1), all([]), all({}), task(async () => 1)()]) {
    assert.ok(handle instanceof Promise);
    assert.ok(handle instanceof Task);
    assert.is(Object.prototype.toString.call(handle), "[object Promise]");
  }
});

test("nothing but a handle is an instance of Task", () => {
  const others: unknown[] = [Promise.resolve(1), { then() {} }, {}, null, undefined, 5, "task", () => {}, task(() => {})];
  assert.equal(others.map((value) => value instanceof Task), others.map(() => false));
});

test("users cannot construct a Task, in whatever way", () => {
  const handle = identity(1);
  const Constructors = [Task, handle.constructor, Object.getPrototypeOf(Task) as unknown].filter(
    (value) => value !== Function.prototype,
  );
  const executor = (resolve: (value: number) => void): void => resolve(1);
  for (const value of Constructors) {
    const Constructor = value as new (...args: unknown[]) => object;
    class Derived extends Constructor {}
    for (const args of [[], [executor], [{}, undefined, []], [Object.create(null)], [handle]]) {
      assert.throws(() => new Constructor(...args), TypeError);
      assert.throws(() => new Derived(...args), TypeError);
      assert.throws(() => Reflect.apply(Constructor, undefined, args), TypeError);
    }
  }
});

test("then calls back with the value or the reason, once, in the order of registration, and never at once", async () => {
  const log: unknown[] = [];
  const kept = identity("value");
  const lost = fail("reason");
  for (let round = 1; round <= 2; round++) {
    kept.then((value) => log.push(`${round}a ${value}`), () => log.push("wrong"));
    lost.then(() => log.push("wrong"), (reason) => log.push(`${round}b ${String(reason)}`));
  }
  log.push("caller");
  await turn();
  assert.equal(log[0], "caller");
  assert.equal(log.filter((entry) => String(entry).includes("a ")), ["1a value", "2a value"]);
  assert.equal(log.filter((entry) => String(entry).includes("b ")), ["1b reason", "2b reason"]);
  assert.is(log.length, 5);

  log.length = 0;
  void kept.then((value) => log.push(`late ${value}`));
  lost.catch((reason: unknown) => log.push(`late ${String(reason)}`));
  log.push("caller");
  await turn();
  assert.equal(log, ["caller", "late value", "late reason"]);
});

test("then gives a promise of what its callback returns or throws", async () => {
  const kept = identity(1);
  const lost = fail("reason");
  assert.is(await kept.then((n) => n + 1), 2);
  assert.is(await kept.then((n) => Promise.resolve(n + 2)), 3);
  assert.is(await kept.then((n) => identity(n + 3)), 4);
  assert.is(await lost.then(undefined, (reason: unknown) => `${String(reason)} handled`), "reason handled");
  const thrown = new Error("thrown");
  const throws = (): never => {
    throw thrown;
  };
  assert.is(await kept.then(throws).catch((error: unknown) => error), thrown);
  assert.is(await lost.catch(throws).catch((error: unknown) => error), thrown);
});

test("then passes the outcome on where it is given no function", async () => {
  const kept = identity(1);
  const lost = fail("reason");
  for (const callback of [undefined, null, 5, {}] as undefined[]) {
    assert.is(await kept.then(callback, callback), 1);
    assert.is(await kept.catch(callback), 1);
    assert.is(await kept.finally(callback), 1);
    assert.is(await lost.then(callback, callback).catch((reason: unknown) => reason), "reason");
    assert.is(await lost.catch(callback).catch((reason: unknown) => reason), "reason");
    assert.is(await lost.finally(callback).catch((reason: unknown) => reason), "reason");
  }
});

test("promises that come from then, catch and finally are native", () => {
  const handle = identity(1);
  for (const promise of [handle.then(), handle.catch(), handle.finally(), handle.then(() => 1)]) {
    assert.is(promise.constructor, Promise);
    assert.is(Promise.resolve(promise), promise);
    assert.not(promise instanceof Task);
    assert.not("abort" in promise);
  }
});

test("a handle is no native promise inside: Promise.resolve makes one of it", async () => {
  const handle = identity(1);
  const native = Promise.resolve(handle);
  assert.is.not(native, handle);
  assert.is(await native, 1);
});

test("finally runs its callback without arguments, and passes the outcome on", async () => {
  const log: unknown[] = [];
  const note = (...args: unknown[]): string => {
    log.push(args);
    return "ignored";
  };
  assert.is(await identity(1).finally(note), 1);
  assert.is(await fail("reason").finally(note).catch((reason: unknown) => reason), "reason");
  assert.equal(log, [[], []]);
});

test("finally waits for what its callback returns, and fails with what it throws", async () => {
  const log: string[] = [];
  const gate = deferred();
  const finished = identity(1)
    .finally(() => gate.promise)
    .then(() => log.push("finished"));
  await turn();
  log.push("gate");
  gate.resolve();
  await finished;
  assert.equal(log, ["gate", "finished"]);

  const replaced = identity(1).finally(() => {
    throw new Error("from finally");
  });
  assert.is(await replaced.catch((error: unknown) => (error as Error).message), "from finally");
  const rejected = fail("reason").finally(() => Promise.reject(new Error("from finally")));
  assert.is(await rejected.catch((error: unknown) => (error as Error).message), "from finally");
});

test("await gives the value, and throws the reason", async () => {
  assert.is(await identity(1), 1);
  const reason = new Error("reason");
  let caught: unknown;
  try {
    await fail(reason);
  } catch (error) {
    caught = error;
  }
  assert.is(caught, reason);
});

test("for await and async generators take handles", async () => {
  const seen: number[] = [];
  for await (const n of [identity(1), 2, identity(3)]) seen.push(n);
  async function* generate(): AsyncGenerator<number> {
    yield identity(4);
    yield* [identity(5)];
  }
  for await (const n of generate()) seen.push(n);
  assert.equal(seen, [1, 2, 3, 4, 5]);
});

test("Promise.all, race, any and allSettled take handles", async () => {
  const gate = deferred<string>();
  const slow = identity(gate.promise);
  const fast = identity("fast");
  const lost = fail("reason");
  assert.is(await Promise.race([slow, fast]), "fast");
  assert.is(await Promise.any([slow, lost, fast]), "fast");
  assert.is(await Promise.race([slow, lost]).catch((reason: unknown) => reason), "reason");
  assert.is(await Promise.all([slow, fast, lost]).catch((reason: unknown) => reason), "reason");
  const none = await Promise.any([lost, fail("other")]).catch((error: unknown) => error);
  assert.instance(none, AggregateError);
  assert.equal((none as AggregateError).errors, ["reason", "other"]);
  gate.resolve("slow");
  assert.equal(await Promise.all([slow, fast, "plain"]), ["slow", "fast", "plain"]);
  assert.equal(await Promise.allSettled([slow, lost]), [
    { status: "fulfilled", value: "slow" },
    { status: "rejected", reason: "reason" },
  ]);
});

test("a promise can be resolved with a handle, and an async function can return one", async () => {
  assert.is(await new Promise((resolve) => resolve(identity(1))), 1);
  assert.is(await (async () => identity(2))(), 2);
  assert.is(await Promise.resolve().then(() => identity(3)), 3);
  const returned = (async () => fail("reason"))();
  assert.is(await returned.catch((reason: unknown) => reason), "reason");
});

test("the methods of a handle are inherited, and shared by all handles", () => {
  const one = identity(1);
  const other = identity(2);
  for (const method of ["then", "catch", "finally", "abort"] as const) {
    assert.not(Object.hasOwn(one, method));
    assert.is(one[method], other[method]);
  }
  for (const property of ["status", "value", "reason"]) assert.not(Object.hasOwn(one, property));
});

test("status, value and reason cannot be written", async () => {
  const handle = identity(1);
  await handle;
  for (const property of ["status", "value", "reason"] as const) {
    assert.throws(() => Object.assign(handle, { [property]: "other" }), TypeError);
  }
  assert.equal(read(handle), ["fulfilled", 1, undefined]);
});

/** A handler whose every trap throws, and tells of it. */
function trapsThatThrow(log: string[]): ProxyHandler<object> {
  return new Proxy(
    {},
    {
      get: (_, trap) => () => {
        log.push(String(trap));
        throw new Error(`trap ${String(trap)}`);
      },
    },
  );
}

function revoked<T extends object>(target: T): T {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

const hostile: Record<string, () => object> = {
  "a revoked Proxy of an object": () => revoked({}),
  "a revoked Proxy of a function": () => revoked(() => {}),
  "a revoked Proxy of a promise": () => revoked(Promise.resolve(1)),
  "a revoked Proxy of a handle": () => revoked(identity(1)),
  "a Proxy of an object whose every trap throws": () => new Proxy({}, trapsThatThrow([])),
  "a Proxy of a function whose every trap throws": () => new Proxy(() => {}, trapsThatThrow([])),
  "a Proxy of a handle whose every trap throws": () => new Proxy(identity(1), trapsThatThrow([])),
};

for (const [name, make] of Object.entries(hostile)) {
  test(`${name} as an argument throws nothing at the caller, and fails the task`, async () => {
    const log: string[] = [];
    const { unhandled } = await collectRejections(async () => {
      const dependent = task((_: unknown) => void log.push("body ran"));
      const reason: unknown = await dependent(make()).catch((error: unknown) => error);
      assert.instance(reason, Error);
      const [result] = await task({ settled: true })((...inputs: PromiseSettledResult<unknown>[]) => inputs)(make() as never);
      assert.is(result!.status, "rejected");
    });
    assert.equal(log, []);
    assert.equal(unhandled, []);
  });

  test(`${name} in all() throws nothing at the caller, and fails the handle`, async () => {
    for (const join of [() => all([make()]), () => all({ key: make() }), () => all(make())]) {
      assert.instance(await join().catch((error: unknown) => error), Error);
    }
  });

  test(`${name} that a body returns fails its task`, async () => {
    assert.instance(await task(() => make())().catch((error: unknown) => error), Error);
    assert.instance(await task(async () => make())().catch((error: unknown) => error), Error);
  });

  test(`${name} can be thrown, and is passed on unread as a reason`, async () => {
    const reason = make();
    const lost = task((): never => {
      throw reason;
    })();
    const dependent = all([identity(lost)]);
    const outcome = await dependent.then(
      () => "fulfilled",
      (error: unknown) => (error === reason ? "same" : "other"),
    );
    assert.is(outcome, "same");
    assert.ok(lost.reason === reason);
    const aborted = task(async () => new Promise(() => {}))();
    aborted.abort(make());
    assert.is(aborted.status, "rejected");
  });

  test(`${name} can be this of a call`, async () => {
    const self = make();
    const same = task(function (this: unknown) {
      return this === self;
    });
    assert.is(await Reflect.apply(same, self, []), true);
  });
}

test("of a Proxy as an argument only then is asked for, once", async () => {
  const log: string[] = [];
  const logged = (target: object): object =>
    new Proxy(
      target,
      new Proxy(
        {},
        {
          get: (_, trap: keyof typeof Reflect) => (...args: unknown[]) => {
            log.push(`${trap} ${String(args[1])}`);
            return Reflect.apply(Reflect[trap] as (...args: unknown[]) => unknown, Reflect, args) as unknown;
          },
        },
      ),
    );
  const seen = task((input: unknown) => typeof input)(logged({ a: 1 }));
  assert.equal(log, ["get then"]);
  assert.is(await seen, "object");
  assert.equal(log, ["get then"]);
});

test("a task that is given a Proxy of a handle settles: with its value, or with a TypeError as for one of a promise", async () => {
  const gate = deferred<number>();
  const dependent = identity(new Proxy(identity(gate.promise), {}));
  dependent.catch(() => {});
  await turn();
  gate.resolve(1);
  await turn();
  assert.ok(dependent.value === 1 || dependent.reason instanceof TypeError, dependent.status);
});

test("an object that only looks like a handle is none", async () => {
  class Fake {
    status = "fulfilled";
    value = "forged";
    state = 4;
    data = "forged";
  }
  const fake = new Fake();
  assert.is(await identity(fake), fake);
  const heir = Object.create(identity(1), { then: { value: undefined } }) as object;
  assert.is(await identity(heir), heir);
});

test("then called on what is no handle throws or rejects, as that of a promise does", async () => {
  const { then } = identity(1);
  for (const receiver of [{}, null, undefined, 5, Object.create(Task.prototype) as unknown]) {
    const outcome = new Promise((resolve) => {
      resolve(Reflect.apply(then, receiver, []));
    }).then(
      () => "fulfilled",
      (error: unknown) => error,
    );
    const first = await Promise.race([outcome, turn().then(() => "nothing")]);
    assert.instance(first, TypeError, `then of ${String(receiver === null ? receiver : typeof receiver)}`);
  }
});

test("a primitive is never taken for a thenable, whatever its prototype has", async () => {
  const prototype = Number.prototype as { then?: unknown };
  prototype.then = (fulfilled: (value: string) => void) => fulfilled("hijacked");
  try {
    assert.is(await identity(5), 5);
  } finally {
    delete prototype.then;
  }
});

test.run();
