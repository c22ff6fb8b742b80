import { suite } from "uvu";
import * as assert from "uvu/assert";
import { all, task } from "./aiodag.ts";
import * as second from "./support/second.ts";
import { deferred } from "./support/deferred.ts";
import { collectRejections } from "./support/rejections.ts";
import { isWebKit } from "./support/runtime.ts";
import { turn } from "./support/turn.ts";

const test = suite("thenables");

type Settle = (outcome?: unknown) => void;

/** A thenable whose `then` is `then`. */
const thenable = (then: (fulfilled: Settle, rejected: Settle) => unknown): PromiseLike<unknown> =>
  ({ then }) as PromiseLike<unknown>;

const identity = task((value: unknown) => value);

const outcomeOf = (promise: PromiseLike<unknown>): Promise<PromiseSettledResult<unknown>> =>
  Promise.allSettled([promise]).then(([result]) => result);

const fulfilled = (value: unknown): PromiseSettledResult<unknown> => ({ status: "fulfilled", value });
const rejected = (reason: unknown): PromiseSettledResult<unknown> => ({ status: "rejected", reason });

/** Everything through which a task takes a thenable. */
const ways: Record<string, (value: unknown) => PromiseLike<unknown>> = {
  "an argument": (value) => identity(value),
  "an argument among others": (value) => task((_: number, input: unknown) => input)(Promise.resolve(1), value),
  "what a sync body returns": (value) => task(() => value)(),
  "what an async body returns": (value) => task(async () => value)(),
  "a member of a list": async (value) => ((await all([value])) as [unknown])[0],
  "a member of a record": async (value) => ((await all({ key: value })) as { key: unknown }).key,
};

class Subclass<T> extends Promise<T> {}

const reason = new Error("reason");
const getter = (get: () => unknown): object => Object.defineProperty({}, "then", { get });
const callable = (then: (fulfilled: Settle, rejected: Settle) => unknown): object => Object.assign(() => {}, { then });

/** Every kind of thenable, and how a task has to take it. */
const kinds: Record<string, [make: () => unknown, expected: PromiseSettledResult<unknown>]> = {
  "a fulfilled promise": [() => Promise.resolve("value"), fulfilled("value")],
  "a rejected promise": [() => Promise.reject(reason), rejected(reason)],
  "a promise that is fulfilled later": [() => turn().then(() => "value"), fulfilled("value")],
  "a promise that is rejected later": [() => turn().then(() => Promise.reject(reason)), rejected(reason)],
  "a promise of a subclass": [() => Subclass.resolve("value"), fulfilled("value")],
  "a promise with a then of its own": [
    () => Object.assign(Promise.resolve("wrong"), { then: (settle: Settle) => settle("own") }),
    fulfilled("own"),
  ],
  "a promise whose constructor throws": [
    () =>
      Object.defineProperty(Promise.resolve("value"), "constructor", {
        get: () => {
          throw reason;
        },
      }),
    rejected(reason),
  ],
  "a thenable that fulfils at once": [() => thenable((settle) => settle("value")), fulfilled("value")],
  "a thenable that rejects at once": [() => thenable((_, settle) => settle(reason)), rejected(reason)],
  "a thenable that fulfils later": [() => thenable((settle) => setTimeout(settle, 0, "value")), fulfilled("value")],
  "a thenable that rejects later": [() => thenable((_, settle) => setTimeout(settle, 0, reason)), rejected(reason)],
  "a thenable that fulfils with undefined": [() => thenable((settle) => settle()), fulfilled(undefined)],
  "a thenable that rejects with undefined": [() => thenable((_, settle) => settle()), rejected(undefined)],
  "a thenable without a prototype": [
    () => Object.assign(Object.create(null) as object, { then: (settle: Settle) => settle("value") }),
    fulfilled("value"),
  ],
  "a thenable whose class inherits then": [
    () => new (class extends (class { then(settle: Settle): void { settle("value"); } }) {})(),
    fulfilled("value"),
  ],
  "a frozen thenable": [() => Object.freeze(thenable((settle) => settle("value"))), fulfilled("value")],
  "a callable thenable that fulfils": [() => callable((settle) => settle("value")), fulfilled("value")],
  "a callable thenable that rejects": [() => callable((_, settle) => settle(reason)), rejected(reason)],
  "a thenable that fulfils twice": [
    () =>
      thenable((settle) => {
        settle("first");
        settle("second");
      }),
    fulfilled("first"),
  ],
  "a thenable that fulfils, then rejects": [
    () =>
      thenable((fulfil, reject) => {
        fulfil("value");
        reject(reason);
      }),
    fulfilled("value"),
  ],
  "a thenable that rejects twice": [
    () =>
      thenable((_, reject) => {
        reject(reason);
        reject("second");
      }),
    rejected(reason),
  ],
  "a thenable that rejects, then fulfils": [
    () =>
      thenable((fulfil, reject) => {
        reject(reason);
        fulfil("value");
      }),
    rejected(reason),
  ],
  "a thenable that fulfils with a pending one, then rejects": [
    () =>
      thenable((fulfil, reject) => {
        fulfil(turn().then(() => "value"));
        reject(reason);
      }),
    fulfilled("value"),
  ],
  "a thenable that throws": [
    () =>
      thenable(() => {
        throw reason;
      }),
    rejected(reason),
  ],
  "a thenable that throws undefined": [
    () =>
      thenable(() => {
        throw undefined;
      }),
    rejected(undefined),
  ],
  "a thenable that throws after fulfilling": [
    () =>
      thenable((settle) => {
        settle("value");
        throw reason;
      }),
    fulfilled("value"),
  ],
  "a thenable that throws after rejecting": [
    () =>
      thenable((_, settle) => {
        settle(reason);
        throw new Error("late");
      }),
    rejected(reason),
  ],
  "a thenable that throws, and fulfils later": [
    () =>
      thenable((settle) => {
        queueMicrotask(() => settle("value"));
        throw reason;
      }),
    rejected(reason),
  ],
  "a thenable that returns a rejected promise": [
    () =>
      thenable((settle) => {
        settle("value");
        const ignored = Promise.reject(new Error("ignored"));
        ignored.catch(() => {});
        return ignored;
      }),
    fulfilled("value"),
  ],
  "a thenable that fulfils with a promise": [
    () => thenable((settle) => settle(Promise.resolve("value"))),
    fulfilled("value"),
  ],
  "a thenable that fulfils with a rejected promise": [
    () => thenable((settle) => settle(Promise.reject(reason))),
    rejected(reason),
  ],
  "a thenable that fulfils with a handle": [() => thenable((settle) => settle(identity("value"))), fulfilled("value")],
  "a thenable of thenables": [
    () => thenable((outer) => outer(thenable((middle) => middle(thenable((inner) => inner("value")))))),
    fulfilled("value"),
  ],
  "a thenable that fulfils with one whose then throws on reading": [
    () =>
      thenable((settle) =>
        settle(
          getter(() => {
            throw reason;
          }),
        ),
      ),
    rejected(reason),
  ],
  "a thenable that rejects with a promise, which is a reason like any other": [
    () => thenable((_, settle) => settle(pending)),
    rejected(undefined),
  ],
  "a then getter that throws": [
    () =>
      getter(() => {
        throw reason;
      }),
    rejected(reason),
  ],
  "a then getter that gives a function": [
    () => getter(() => (settle: Settle) => settle("value")),
    fulfilled("value"),
  ],
  "a then that is a Proxy of a function": [
    () => ({ then: new Proxy((settle: Settle) => settle("value"), {}) }),
    fulfilled("value"),
  ],
  "the native then on something else": [
    () => ({ then: Promise.prototype.then }),
    rejected("a TypeError"),
  ],
};

const pending = new Promise(() => {});
kinds["a thenable that rejects with a promise, which is a reason like any other"]![1] = rejected(pending);

for (const [kind, [make, expected]] of Object.entries(kinds)) {
  for (const [way, through] of Object.entries(ways)) {
    // WebKit's own async functions never settle then: it throws where nobody can catch it.
    if (isWebKit && kind === "a promise whose constructor throws" && way === "what an async body returns") continue;
    test(`${kind} as ${way}`, async () => {
      const { unhandled } = await collectRejections(async () => {
        const outcome = await outcomeOf(through(make()));
        if (expected.status === "rejected" && expected.reason === "a TypeError") {
          assert.is(outcome.status, "rejected");
          assert.instance((outcome as PromiseRejectedResult).reason, TypeError);
          return;
        }
        assert.is(outcome.status, expected.status);
        if (outcome.status === "rejected") assert.is(outcome.reason, (expected as PromiseRejectedResult).reason);
        else assert.is(outcome.value, (expected as PromiseFulfilledResult<unknown>).value);
      });
      assert.equal(unhandled, []);
    });
  }
}

test("then is read once and called once per argument, on the thenable, in a microtask", async () => {
  const log: string[] = [];
  const source = {
    get then() {
      log.push("read");
      return function (this: unknown, settle: Settle) {
        log.push(this === source ? "called" : "called on something else");
        settle("value");
      };
    },
  };
  const both = task((...inputs: unknown[]) => {
    log.push("body");
    return inputs;
  });
  const handle = both(source, 1);
  log.push("caller");
  assert.equal(await handle, ["value", 1]);
  assert.equal(log, ["read", "caller", "called", "body"]);

  log.length = 0;
  assert.equal(await both(source, source), ["value", "value"]);
  assert.equal(log, ["read", "read", "called", "called", "body"]);
});

test("then of what a body returns is read once and called once, in a microtask", async () => {
  const log: string[] = [];
  const source = {
    get then() {
      log.push("read");
      return (settle: Settle) => {
        log.push("called");
        settle("value");
      };
    },
  };
  const handle = task(() => {
    queueMicrotask(() => log.push("microtask"));
    return source;
  })();
  const values = await Promise.all([handle, identity(handle), all([handle])]);
  assert.equal(values, ["value", "value", ["value"]]);
  assert.equal(log.filter((entry) => entry !== "microtask"), ["read", "called"]);
});

test("the callbacks that then is given return nothing, and take what is called later for nothing", async () => {
  let fulfil!: Settle;
  let reject!: Settle;
  const handle = identity(thenable((...callbacks) => void ([fulfil, reject] = callbacks)));
  await turn();
  assert.equal([fulfil("first"), reject("second"), fulfil("third")], [undefined, undefined, undefined]);
  assert.is(await handle, "first");
  fulfil("fourth");
  reject("fifth");
  assert.equal(await outcomeOf(handle), fulfilled("first"));
});

test("a body does not run when the then of an argument throws on reading, and the caller sees nothing", async () => {
  const log: string[] = [];
  const handle = task((_: unknown) => void log.push("ran"))(
    getter(() => {
      throw reason;
    }),
  );
  log.push("caller");
  assert.equal(await outcomeOf(handle), rejected(reason));
  assert.equal(log, ["caller"]);
});

test("a then that is no function makes no thenable: the value is passed on as it is", async () => {
  for (const then of [undefined, null, 5, "then", {}, Symbol("then"), []]) {
    const value = { then };
    assert.is(identity(value).status, "pending");
    const inside = task((input: unknown) => [input])(value);
    assert.is((await inside)[0], value);
    const method = task(function (this: unknown) {
      return [this];
    });
    assert.is((await Reflect.apply(method, value, []))[0], value);
  }
});

test("a function without then is passed on as it is", async () => {
  const callback = (): string => "called";
  assert.is(await task((fn: () => string) => fn())(callback), "called");
});

test("what is inside an argument is not looked at", async () => {
  const promise = Promise.resolve(1);
  const handle = identity(2);
  const seen = await task((list: unknown[], record: { handle: unknown }) => [list[0], record.handle].map((x) => x === promise || x === handle))(
    [promise],
    { handle },
  );
  assert.equal(seen, [true, true]);
});

/** An object whose `then` is no function on first reading, and one on every other. */
function changeable(): { value: object; reads: () => number } {
  let reads = 0;
  const value = getter(() => (++reads === 1 ? undefined : (settle: Settle) => settle("hijacked")));
  return { value, reads: () => reads };
}

test("an argument whose then differs on second reading is read once, and passed on as it is", async () => {
  const { value, reads } = changeable();
  let seen: unknown;
  await task((input: unknown) => void (seen = input))(value);
  assert.ok(seen === value);
  assert.is(reads(), 1);
});

test("a result whose then differs on second reading is read once, and reaches dependents and callbacks as it is", async () => {
  const { value, reads } = changeable();
  const made = task(() => value)();
  const seen: unknown[] = [];
  await task((input: unknown) => void seen.push(input))(made);
  await made.then((input) => void seen.push(input));
  seen.push(made.value);
  const [settledResult] = await task({ settled: true })((...inputs: PromiseSettledResult<unknown>[]) => inputs)(made);
  assert.is(settledResult!.status, "fulfilled");
  seen.push((settledResult as PromiseFulfilledResult<unknown>).value);
  const list = await all([made]);
  assert.is(reads(), 1);
  assert.ok([...seen, list[0]].every((input) => input === value));
  assert.is(seen.length, 4);
});

test("a value of a native promise, or of a foreign thenable, whose then differs on second reading is not read again", async () => {
  for (const wrap of [(value: object) => Promise.resolve(value), (value: object) => thenable((settle) => settle(value))]) {
    const { value, reads } = changeable();
    const source = wrap(value);
    let seen: unknown;
    await task((input: unknown) => void (seen = input))(source);
    assert.ok(seen === value);
    assert.is(reads(), 1);
  }
});

test("a thenable that never settles keeps its dependent pending, and nothing else", async () => {
  const waiting = identity(thenable(() => {}));
  const returned = task(() => thenable(() => {}))();
  assert.is(await identity("others run"), "others run");
  for (let turns = 0; turns < 3; turns++) await turn();
  assert.equal([waiting.status, returned.status], ["pending", "pending"]);
  waiting.abort("stop");
  returned.abort("stop");
  assert.equal([waiting.reason, returned.reason], ["stop", "stop"]);
});

test("a thenable that never settles does not keep its dependent from failing for another argument", async () => {
  const handle = task((..._: unknown[]) => {})(thenable(() => {}), Promise.reject(reason));
  assert.equal(await outcomeOf(handle), rejected(reason));
});

test("a thenable that settles after its dependent did changes nothing", async () => {
  const { unhandled } = await collectRejections(async () => {
    let fulfil!: Settle;
    let reject!: Settle;
    const log: string[] = [];
    const sources = [thenable((settle) => (fulfil = settle)), thenable((_, settle) => (reject = settle))];
    const handles = sources.map((source) => task((_: unknown) => void log.push("ran"))(source));
    await turn();
    for (const handle of handles) handle.abort("stop");
    fulfil("late");
    reject(new Error("late"));
    await turn();
    assert.equal(handles.map((handle) => handle.reason), ["stop", "stop"]);
    assert.equal(log, []);
  });
  assert.equal(unhandled, []);
});

test("a then getter may call the task again, and settle or abort what was passed before it", async () => {
  const log: string[] = [];
  const step = task((name: string, ..._: unknown[]) => void log.push(name));
  const earlier = task(async () => new Promise(() => {}))();
  const dependent = step(
    "outer",
    earlier,
    getter(() => {
      step("inner");
      earlier.abort("stop");
      return (settle: Settle) => settle("value");
    }),
  );
  assert.equal(await outcomeOf(dependent), rejected("stop"));
  await turn();
  assert.equal(log, ["inner"]);
});

test("an order-only thenable is subscribed to once, in a microtask, when the first call is made", async () => {
  const log: string[] = [];
  const source = {
    get then() {
      log.push("read");
      return function (this: unknown, settle: Settle) {
        log.push(this === source ? "called" : "called on something else");
        setTimeout(settle, 0);
      };
    },
  };
  const step = task((name: string) => void log.push(name), source as PromiseLike<unknown>);
  log.push("wrapped");
  const handles = [step("a"), step("b")];
  log.push("caller");
  await Promise.all([...handles, turn().then(() => step("c"))]);
  assert.equal(log, ["read", "wrapped", "caller", "called", "a", "b", "c"]);
});

test("an order-only thenable may misbehave as it likes: the tasks after it run", async () => {
  const bad = [
    thenable(() => {
      throw reason;
    }),
    thenable((_, settle) => settle(reason)),
    thenable((settle) => {
      settle(
        getter(() => {
          throw reason;
        }),
      );
      settle();
    }),
    Promise.reject(reason),
  ];
  const { unhandled } = await collectRejections(async () => {
    assert.is(await task(() => "ran", ...bad)(), "ran");
  });
  assert.equal(unhandled, []);
});

test("a second copy of the library does not take the first one's handles for its own", () => {
  assert.is.not(second.task, task);
  assert.not(identity(1) instanceof second.Task);
  assert.ok(second.task(() => 1)() instanceof Promise);
});

test("handles of a second copy of the library are taken as foreign thenables", async () => {
  const gate = deferred<number>();
  const theirs = second.task((n: number) => n + 1);
  const ours = task((n: number) => n * 10);
  const crossed = ours(theirs(ours(theirs(gate.promise))));
  await turn();
  assert.is(crossed.status, "pending");
  gate.resolve(1);
  assert.is(await crossed, 210);
  assert.is(await task(() => theirs(1))(), 2);
  assert.is(await second.task(() => ours(1))(), 10);
  assert.equal(await all([ours(1), theirs(1), second.all([ours(2), theirs(2)])]), [10, 2, [20, 3]]);
  assert.is(await task(() => "after", theirs(1))(), "after");
});

test("failures cross from one copy of the library to the other unchanged, and are reported once", async () => {
  const theirs = second.task((n: number) => n);
  const ours = task((n: number) => n);
  const lost = [
    ours(
      theirs(
        task((): never => {
          throw reason;
        })(),
      ),
    ),
    theirs(
      ours(
        second.task((): never => {
          throw reason;
        })(),
      ),
    ),
  ];
  const { unhandled } = await collectRejections(async () => {
    await turn();
  });
  assert.equal(unhandled.map((error) => error === reason), [true, true]);
  assert.equal(lost.map((handle) => handle.reason === reason), [true, true]);
});

test.run();
