import { suite } from "uvu";
import * as assert from "uvu/assert";
import { all, Task, task } from "./aiodag.ts";
import { deferred } from "./support/deferred.ts";
import { turn } from "./support/turn.ts";

const test = suite("all");

const identity = task(<T>(value: T) => value);

const fail = task((reason: unknown): never => {
  throw reason;
});

const thenable = (value: unknown): PromiseLike<unknown> =>
  ({ then: (settle: (value: unknown) => void) => settle(value) }) as PromiseLike<unknown>;

/** `all` for what its types refuse. */
const join = all as (values: unknown) => Task<unknown>;

const reasonOf = (handle: Task<unknown>): Promise<unknown> =>
  handle.then(
    (value) => assert.unreachable(`fulfilled with ${String(value)}`),
    (reason: unknown) => reason,
  );

test("all() of an array gives a Task of an array with the values in its order", async () => {
  const gate = deferred<string>();
  const input = ["plain", identity("handle"), identity(gate.promise), Promise.resolve("promise"), thenable("thenable"), undefined];
  const joined = all(input);
  assert.ok(joined instanceof Task);
  assert.is(joined.status, "pending");
  await turn();
  assert.is(joined.status, "pending");
  gate.resolve("slow");
  const values = await joined;
  assert.ok(Array.isArray(values));
  assert.equal(values, ["plain", "handle", "slow", "promise", "thenable", undefined]);
  assert.is(joined.value, values);
});

test("all() of a record gives a Task of a record with the values under its keys", async () => {
  const gate = deferred<string>();
  const joined = all({
    plain: 1,
    handle: identity("handle"),
    slow: identity(gate.promise),
    promise: Promise.resolve("promise"),
    thenable: thenable("thenable"),
    nothing: undefined,
  });
  assert.ok(joined instanceof Task);
  await turn();
  assert.is(joined.status, "pending");
  gate.resolve("slow");
  const values = await joined;
  assert.equal(values, {
    plain: 1,
    handle: "handle",
    slow: "slow",
    promise: "promise",
    thenable: "thenable",
    nothing: undefined,
  });
  assert.equal(Object.keys(values), ["plain", "handle", "slow", "promise", "thenable", "nothing"]);
});

test("all() of nothing is fulfilled", async () => {
  assert.equal(await all([]), []);
  assert.equal(await all({}), {});
  assert.equal(await all(new Set()), []);
});

test("all() takes any iterable", async () => {
  function* generate(): Generator<unknown> {
    yield 1;
    yield identity(2);
    yield Promise.resolve(3);
  }
  assert.equal(await all(generate()), [1, 2, 3]);
  assert.equal(await all(new Set([identity(1), 2])), [1, 2]);
  assert.equal(await all(new Map([["a", 1]])), [["a", 1]]);
  assert.equal(await all(new Uint8Array([1, 2])), [1, 2]);
  assert.equal(await join("ab"), ["a", "b"]);
  assert.equal(
    await all({
      *[Symbol.iterator]() {
        yield identity("own iterator");
      },
      ignored: 1,
    }),
    ["own iterator"],
  );
  const callable = Object.assign(() => {}, { [Symbol.iterator]: generate });
  assert.equal(await all(callable), [1, 2, 3]);
});

test("all() looks at the members of an iterable only, not at what is inside them", async () => {
  const promise = Promise.resolve(1);
  const handle = identity(2);
  const values = await all([[promise], { handle }, new Map([["key", handle]])]);
  assert.ok(values[0][0] === promise);
  assert.ok(values[1].handle === handle);
  assert.ok(values[2].get("key") === handle);
});

test("holes of an array are undefined", async () => {
  const values = await all([, identity(1), ,]);
  assert.equal(values, [undefined, 1, undefined]);
  assert.equal(Object.keys(values), ["0", "1", "2"]);
});

test("all() reads what it is given once, at the call, and changes nothing of it", async () => {
  const list = [identity(1), 2];
  const record: Record<string, unknown> = { a: identity(1), b: 2 };
  const copies = [[...list], { ...record }];
  const joined = [all(list), all(record)] as const;
  list.push(3);
  list[1] = 20;
  record["b"] = 20;
  record["c"] = 30;
  assert.equal(await joined[0], [1, 2]);
  assert.equal(await joined[1], { a: 1, b: 2 });
  assert.is.not(await joined[0], list);
  assert.is.not(await joined[1], record);
  assert.ok(list[0] === (copies[0] as unknown[])[0] && record["a"] === (copies[1] as Record<string, unknown>)["a"]);
});

test("getters of a record are called once, in the order of the keys", async () => {
  const log: string[] = [];
  const joined = all({
    get b() {
      log.push("b");
      return identity(1);
    },
    get a() {
      log.push("a");
      return 2;
    },
  });
  assert.equal(log, ["b", "a"]);
  assert.equal(await joined, { b: 1, a: 2 });
  assert.equal(log, ["b", "a"]);
});

test("the record is an ordinary object, with the own enumerable string keys of the input", async () => {
  class Options {
    own = identity(1);
    #hidden = Promise.reject(new Error("never read"));
    constructor() {
      this.#hidden.catch(() => {});
    }
    get inherited(): unknown {
      return this.#hidden;
    }
  }
  const input = Object.defineProperties(new Options(), {
    hidden: { value: Promise.resolve("not enumerable"), enumerable: false },
    shown: { value: Promise.resolve("defined"), enumerable: true },
    [Symbol("symbol")]: { value: Promise.resolve("symbol"), enumerable: true },
  });
  const values = await all(input);
  assert.equal(Reflect.ownKeys(values), ["own", "shown"]);
  assert.equal(values, { own: 1, shown: "defined" });
  assert.is(Object.getPrototypeOf(values), Object.prototype);
  assert.equal(Object.getOwnPropertyDescriptor(values, "shown"), {
    value: "defined",
    writable: true,
    enumerable: true,
    configurable: true,
  });
});

test("a record without a prototype, and a frozen one, are records", async () => {
  const bare = Object.assign(Object.create(null) as object, { a: identity(1) });
  const values = await all(bare);
  assert.equal(values, { a: 1 });
  assert.is(Object.getPrototypeOf(values), Object.prototype);
  assert.equal(await all(Object.freeze({ a: identity(1) })), { a: 1 });
});

test("what is behind an ignored key is not handled, nor read", async () => {
  const read: string[] = [];
  const input = Object.defineProperties({ a: 1 }, {
    hidden: { get: () => read.push("hidden"), enumerable: false },
    [Symbol.toStringTag]: { get: () => read.push("symbol") && "tag", enumerable: true },
  });
  assert.equal(await all(input), { a: 1 });
  assert.equal(read, []);
});

test("__proto__ is a key like any other", async () => {
  const input = JSON.parse('{ "__proto__": 1, "a": 2 }') as Record<string, unknown>;
  const values = await all(input);
  assert.equal(Object.entries(values), [["__proto__", 1], ["a", 2]]);
  assert.is(Object.getPrototypeOf(values), Object.prototype);

  const prototype = { polluted: true };
  const hostile = Object.defineProperty({}, "__proto__", { value: identity(prototype), enumerable: true });
  const safe = await join(hostile);
  assert.is(Object.getPrototypeOf(safe), Object.prototype);
  assert.is(Object.getOwnPropertyDescriptor(safe, "__proto__")?.value, prototype);
  assert.not((safe as { polluted?: boolean }).polluted);
});

test("keys that Object.prototype has are keys like any other", async () => {
  const values = await all({ constructor: identity(1), toString: 2, hasOwnProperty: identity(3) } as Record<string, unknown>);
  assert.equal(Object.entries(values), [["constructor", 1], ["toString", 2], ["hasOwnProperty", 3]]);
});

test("a record may have a key named then, as long as it is no thenable", async () => {
  assert.equal(await join({ then: 1, a: identity(2) }), { then: 1, a: 2 });
  const handle = identity("value");
  assert.equal(await join({ if: true, then: handle, else: undefined }), { if: true, then: "value", else: undefined });
});

test("a key that goes while another is read moves no value to another key", async () => {
  const input: Record<string, unknown> = {
    get a() {
      delete input["b"];
      return "a";
    },
    b: "b",
    c: "c",
  };
  const { a, b, c } = await all(input);
  assert.equal([a, b, c], ["a", undefined, "c"]);
});

test("the first failure fails the handle with the same reason, while others run on", async () => {
  const reason = new Error("reason");
  const gates = [deferred<string>(), deferred<string>()] as const;
  const slow = task(async () => gates[0].promise)();
  const lost = task(async () => gates[1].promise)();
  for (const joined of [join([slow, lost]), join({ slow, lost }), join([deferred().promise, lost])]) joined.catch(() => {});
  const list = all([slow, lost]);
  const record = all({ slow, lost });
  const outcomes = [reasonOf(list), reasonOf(record)];
  gates[1].reject(reason);
  assert.equal(await Promise.all(outcomes), [reason, reason]);
  assert.is(list.reason, reason);
  assert.is(record.reason, reason);
  assert.is(slow.status, "pending");
  gates[0].resolve("kept");
  assert.is(await slow, "kept");
});

test("any kind of member can fail the handle", async () => {
  const getter = Object.defineProperty({}, "then", {
    get: () => {
      throw "getter";
    },
  });
  const rejecting = { then: (_: unknown, reject: (reason: unknown) => void) => reject("thenable") };
  assert.is(await reasonOf(join([1, fail("handle")])), "handle");
  assert.is(await reasonOf(join({ a: 1, b: Promise.reject("promise") })), "promise");
  assert.is(await reasonOf(join([rejecting])), "thenable");
  assert.is(await reasonOf(join({ getter })), "getter");
});

test("the same handle may be a member many times", async () => {
  let calls = 0;
  const once = task(() => ++calls)();
  assert.equal(await all([once, once, once]), [1, 1, 1]);
  assert.equal(await all({ a: once, b: once }), { a: 1, b: 1 });
});

test("all() can be nested, passed on and awaited", async () => {
  const sum = task((numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0));
  assert.is(await sum(all([1, identity(2), Promise.resolve(3)])), 6);
  assert.equal(await all([all([1, identity(2)]), all({ a: identity(3) })]), [[1, 2], { a: 3 }]);
  assert.equal(await task((record: { a: number }) => record.a)(all({ a: identity(4) })), 4);
});

const wrong: Record<string, unknown> = {
  undefined: undefined,
  null: null,
  "a number": 5,
  "a bigint": 5n,
  "a boolean": true,
  "a symbol": Symbol("symbol"),
  "a function": () => {},
  "a promise": Promise.resolve([]),
  "a handle": identity([]),
  "a thenable": thenable([]),
  "a callable thenable": Object.assign(() => {}, { then: () => {} }),
};

for (const [name, value] of Object.entries(wrong)) {
  test(`all() of ${name} throws nothing, and rejects with a TypeError that says what was expected`, async () => {
    const reason = await reasonOf(join(value));
    assert.instance(reason, TypeError);
    assert.match((reason as TypeError).message, /^Cannot join .+: expected an iterable or a record$/);
  });
}

test("all() without an argument rejects", async () => {
  assert.instance(await reasonOf((all as () => Task<unknown>)()), TypeError);
});

const throws = (): never => {
  throw "thrown";
};

const throwing: Record<string, () => unknown> = {
  "Symbol.iterator throws on reading": () => Object.defineProperty({}, Symbol.iterator, { get: throws }),
  "Symbol.iterator throws": () => ({ [Symbol.iterator]: throws }),
  "next throws on reading": () => ({ [Symbol.iterator]: () => Object.defineProperty({}, "next", { get: throws }) }),
  "next throws": () => ({ [Symbol.iterator]: () => ({ next: throws }) }),
  "next throws after some members": () =>
    (function* () {
      yield identity(1);
      yield Promise.resolve(2);
      throws();
    })(),
  "a result's value throws on reading": () => ({
    [Symbol.iterator]: () => ({ next: () => Object.defineProperty({ done: false }, "value", { get: throws }) }),
  }),
  "a getter of a record throws": () =>
    Object.defineProperty({ a: identity(1) } as object, "b", { get: throws, enumerable: true }),
  "the then of a record throws on reading": () => Object.defineProperty({ a: 1 }, "then", { get: throws }),
  "a Proxy's ownKeys throws": () => new Proxy({ a: 1 }, { ownKeys: throws }),
  "a Proxy's getOwnPropertyDescriptor throws": () => new Proxy({ a: 1 }, { getOwnPropertyDescriptor: throws }),
  "a Proxy's get throws": () => new Proxy({ a: 1 }, { get: throws }),
};

for (const [name, make] of Object.entries(throwing)) {
  test(`all() rejects with what is thrown where ${name}`, async () => {
    assert.is(await reasonOf(join(make())), "thrown");
  });
}

test("an iterator that gives no object rejects the handle", async () => {
  assert.instance(await reasonOf(join({ [Symbol.iterator]: () => 5 })), TypeError);
  assert.instance(await reasonOf(join({ [Symbol.iterator]: () => ({ next: () => 5 }) })), TypeError);
});

test("aborting all() rejects it at once, and aborts what nobody else wants", async () => {
  const gate = deferred<number>();
  const unwanted = identity(gate.promise);
  const wanted = identity(gate.promise);
  void wanted.then(() => {});
  const joined = all({ unwanted, wanted });
  joined.abort("stop");
  assert.equal([joined.reason, unwanted.reason, wanted.status], ["stop", "stop", "pending"]);
  gate.resolve(1);
  assert.is(await wanted, 1);
});

test.run();
