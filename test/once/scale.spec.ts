import { suite } from "uvu";
import * as assert from "uvu/assert";
import { all, type Task, task } from "../aiodag.ts";
import { deferred } from "../support/deferred.ts";
import { collectRejections } from "../support/rejections.ts";
import { turn } from "../support/turn.ts";

const test = suite("scale");

const million = 1_000_000;
const wide = 200_000;

const increment = task((n: number) => n + 1);

/** A chain of `length` tasks on a root, and its two ends. */
function chain(step: (input: Task<number>) => Task<number>, root: Task<number>, length = million): Task<number> {
  let last = root;
  for (let i = 0; i < length; i++) last = step(last);
  return last;
}

/** A task that is running until its gate is settled. */
function gated(): { root: Task<number>; gate: ReturnType<typeof deferred<number>> } {
  const gate = deferred<number>();
  return { root: task(() => gate.promise)(), gate };
}

const reasonOf = (handle: Task<unknown>): Promise<unknown> =>
  handle.then(
    () => assert.unreachable("fulfilled"),
    (reason: unknown) => reason,
  );

test("a chain of a million sync tasks is fulfilled", async () => {
  const { root, gate } = gated();
  const last = chain(increment, root);
  await turn();
  gate.resolve(0);
  assert.is(await last, million);
});

test("a chain of a million async tasks is fulfilled", async () => {
  const { root, gate } = gated();
  const last = chain(
    task(async (n: number) => n + 1),
    root,
  );
  await turn();
  gate.resolve(0);
  assert.is(await last, million);
});

test("a chain of 200,000 settled tasks is fulfilled", async () => {
  const { root, gate } = gated();
  const last = chain(
    task({ settled: true })((input: PromiseSettledResult<number>) => (input.status === "fulfilled" ? input.value : 0) + 1),
    root,
    wide,
  );
  await turn();
  gate.reject(new Error("root"));
  assert.is(await last, wide);
});

test("a chain of a million tasks fails with the reason of the first, and is reported once", async () => {
  const reason = new Error("root");
  const { root, gate } = gated();
  let ran = 0;
  const last = chain(
    task((n: number) => {
      ran++;
      return n;
    }),
    root,
  );
  const { unhandled } = await collectRejections(async () => {
    await turn();
    gate.reject(reason);
    await turn();
  });
  assert.is(last.reason, reason);
  assert.is(ran, 0);
  assert.equal(unhandled.map((error) => error === reason), [true]);
});

test("a chain of 200,000 tasks can be called on one that has failed", async () => {
  const reason = new Error("root");
  const root = task((): number => {
    throw reason;
  })();
  root.catch(() => {});
  await turn();
  assert.is(await reasonOf(chain(increment, root, wide)), reason);
});

test("a chain of a million tasks is aborted from its first to its last", async () => {
  const { root } = gated();
  const last = chain(increment, root);
  await turn();
  root.abort("stop");
  assert.is(last.reason, "stop");
});

test("a chain of 200,000 tasks, each with a dependent beside the chain on either side, is aborted", async () => {
  const { root } = gated();
  const beside: Task<number>[] = [];
  const last = chain(
    (input) => {
      beside.push(increment(input));
      const next = increment(input);
      beside.push(increment(input));
      return next;
    },
    root,
    wide,
  );
  await turn();
  root.abort("stop");
  assert.is(last.reason, "stop");
  assert.is(beside.filter((dependent) => dependent.reason === "stop").length, 2 * wide);
});

test("a chain of a million tasks that nobody else wants is aborted from its last to its first", async () => {
  const first = increment(deferred<number>().promise);
  const last = chain(increment, first);
  await turn();
  last.abort("stop");
  assert.is(first.reason, "stop");
});

test("200,000 bodies that each return the handle of the next are fulfilled", async () => {
  const count = task((n: number): number => (n === wide ? n : (count(n + 1) as unknown as number)));
  assert.is(await count(0), wide);
});

test("200,000 bodies that each return the handle of the next fail, and are reported once", async () => {
  const reason = new Error("last");
  const count = task((n: number): number => {
    if (n === wide) throw reason;
    return count(n + 1) as unknown as number;
  });
  let first!: Task<number>;
  const { unhandled } = await collectRejections(async () => {
    first = count(0);
    await turn();
  });
  assert.is(first.reason, reason);
  assert.equal(unhandled.map((error) => error === reason), [true]);
});

test("200,000 bodies that each return the handle of the next are aborted from the first or the last", async () => {
  for (const end of ["first", "last"]) {
    let last!: Task<number>;
    const count = task((n: number): number => {
      if (n < wide) return count(n + 1) as unknown as number;
      last = increment(deferred<number>().promise);
      return last as unknown as number;
    });
    const first = count(0);
    await turn();
    assert.is(first.status, "pending");
    (end === "first" ? first : last).abort("stop");
    assert.equal([first.reason, last.reason], ["stop", "stop"]);
  }
});

test("200,000 async bodies that each return the handle of the next are fulfilled", async () => {
  const count = task(async (n: number): Promise<number> => (n === wide ? n : count(n + 1)));
  assert.is(await count(0), wide);
});

test("a long chain of functions that each run after a call of the one before is worked off, whatever fails", async () => {
  const gate = deferred<number>();
  let last: Task<number> = task(() => gate.promise)();
  let ran = 0;
  for (let i = 0; i < wide; i++) last = task(() => ++ran, last)();
  const { unhandled } = await collectRejections(async () => {
    await turn();
    gate.reject("root");
    assert.is(await last, wide);
  });
  assert.equal(unhandled, ["root"]);
});

test("a task can call itself on in its body without end, and no stack grows", async () => {
  const finished = deferred<number>();
  const loop = task((n: number): void => {
    if (n === wide) finished.resolve(n);
    else loop(n + 1);
  });
  loop(0);
  assert.is(await finished.promise, wide);
});

test("a fan-out of 200,000 is fulfilled", async () => {
  const { root, gate } = gated();
  const dependents = Array.from({ length: wide }, () => increment(root));
  await turn();
  gate.resolve(1);
  await turn();
  assert.is(dependents.filter((dependent) => dependent.value === 2).length, wide);
});

test("a fan-out of 200,000 fails, is aborted, or is settled otherwise", async () => {
  for (const way of ["fail", "abort"]) {
    const { root, gate } = gated();
    const failed = Array.from({ length: wide }, () => increment(root));
    const told = failed.map((dependent) => task({ settled: true })(({ status }: PromiseSettledResult<number>) => status)(dependent));
    await turn();
    if (way === "fail") gate.reject("reason");
    else root.abort("reason");
    await turn();
    assert.is(failed.filter((dependent) => dependent.reason === "reason").length, wide);
    assert.is(told.filter((dependent) => dependent.value === "rejected").length, wide);
  }
});

test("a fan-in of 200,000 through all() is fulfilled, as a list and as a record", async () => {
  const { root, gate } = gated();
  const members = Array.from({ length: wide }, (_, i) => (i % 2 === 0 ? increment(root) : i));
  const list = all(members);
  const record = all(Object.fromEntries(members.map((member, i) => [`key ${i}`, member])));
  await turn();
  gate.resolve(1);
  const values = await list;
  assert.equal([values.length, values[0], values[wide - 1]], [wide, 2, wide - 1]);
  const entries = Object.entries(await record);
  assert.equal([entries.length, entries[0], entries[wide - 1]], [wide, ["key 0", 2], [`key ${wide - 1}`, wide - 1]]);
});

test("a fan-in of 200,000 promises through all() is fulfilled", async () => {
  const values = await all(Array.from({ length: wide }, (_, i) => Promise.resolve(i)));
  assert.is(values.length, wide);
  assert.is(values.at(-1), wide - 1);
});

test("a fan-in of 200,000 through all() fails for one of them, and is aborted with all that nobody else wants", async () => {
  const { root, gate } = gated();
  const pending = Array.from({ length: wide }, () => increment(deferred<number>().promise));
  const failed = all([...pending, root]);
  const outcome = reasonOf(failed);
  gate.reject("reason");
  assert.is(await outcome, "reason");
  const aborted = all(pending);
  aborted.abort("stop");
  assert.is(aborted.reason, "stop");
  assert.is(pending.filter((member) => member.reason === "stop").length, wide);
});

test("a fan-in of 200,000 handles that all fail is reported by the joined handle only", async () => {
  const { root, gate } = gated();
  const { unhandled } = await collectRejections(async () => {
    all(Array.from({ length: wide }, () => increment(root)));
    await turn();
    gate.reject("reason");
    await turn();
  });
  assert.equal(unhandled, ["reason"]);
});

test("more arguments than the engine can pass to the function fail the handle, with the engine's RangeError", async () => {
  const count = (...args: unknown[]): number => args.length;
  // The function takes three times as many as its caller gives.
  const some = Array<number>(60_000).fill(0);
  const bound = count.bind(undefined, ...some).bind(undefined, ...some) as typeof count;
  let thrown: unknown;
  try {
    bound(...some);
  } catch (error) {
    thrown = error;
  }
  const handle = task(bound)(...some);
  const [result] = await Promise.allSettled([handle]);
  if (thrown === undefined) assert.is(handle.value, 3 * some.length);
  else {
    assert.is(result.status, "rejected");
    assert.instance(handle.reason, RangeError);
  }
  assert.is(await task(() => "others run")(), "others run");
});

test.run();
