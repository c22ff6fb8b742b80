import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abortSignal, all, type Task, task } from "./aiodag.ts";
import { type Deferred, deferred } from "./support/deferred.ts";
import { collectRejections } from "./support/rejections.ts";
import { turn } from "./support/turn.ts";

const test = suite("failure");

/** A reason that says in a failed comparison which one it is, and is compared by identity. */
const reasonOf = (name: string): Error => new Error(name);

const same = (actual: unknown[], expected: unknown[]): void => {
  assert.equal(actual.map(String), expected.map(String));
  actual.forEach((reason, i) => assert.is(reason, expected[i]));
};

/** Runs `body` and compares what the platform reports as unhandled, whole and by identity. */
async function reports(body: () => unknown, expected: unknown[]): Promise<void> {
  const { unhandled } = await collectRejections(body);
  same(unhandled, expected);
}

const fail = task((reason: unknown): never => {
  throw reason;
});

const identity = task((value: unknown) => value);
const ignore = task((..._: unknown[]): string => "ran");

/** A task that is running until its gate is settled. */
const gated = (): [handle: Task<unknown>, gate: Deferred<unknown>] => {
  const gate = deferred<unknown>();
  return [task(() => gate.promise)(), gate];
};

// A data dependency failed

test("a task whose data dependency failed fails with the same reason, and its body does not run", async () => {
  const log: string[] = [];
  const reason = reasonOf("source");
  const dependent = task((_: unknown) => void log.push("ran"));
  const handles = [dependent(fail(reason)), dependent(dependent(fail(reason))), dependent(Promise.reject(reason))];
  for (const handle of handles) assert.is(await handle.catch((error: unknown) => error), reason);
  for (const handle of handles) assert.is(handle.reason, reason);
  assert.equal(log, []);
});

test("a task fails at once when a data dependency fails, while its others run on and keep their results", async () => {
  const log: string[] = [];
  const reason = reasonOf("source");
  const [slow, slowGate] = gated();
  const [source, gate] = gated();
  const dependent = task((..._: unknown[]) => void log.push("ran"))(slow, source, deferred().promise);
  await turn();
  const caught = dependent.catch((error: unknown) => void log.push(`caught while slow is ${slow.status}`, String(error === reason)));
  gate.reject(reason);
  await caught;
  assert.equal(log, ["caught while slow is pending", "true"]);
  slowGate.resolve("kept");
  await turn();
  assert.is(slow.value, "kept");
  assert.is(dependent.reason, reason);
  assert.is(await identity(slow), "kept");
});

test("all dependents have failed when the first callback hears of the failure, however far away they are", async () => {
  const [source, gate] = gated();
  const chain = [source];
  for (let i = 0; i < 10; i++) chain.push(identity(chain.at(-1)));
  const heard = source.catch(() => chain.map((handle) => handle.status));
  chain.at(-1)!.catch(() => {});
  gate.reject(reasonOf("source"));
  assert.equal(await heard, chain.map(() => "rejected"));
});

test("another dependency that has not started runs on when its dependent has failed", async () => {
  const log: string[] = [];
  const gate = deferred();
  const waiting = task((_: unknown) => void log.push("ran"))(gate.promise);
  const dependent = ignore(waiting, fail("reason"));
  assert.is(await dependent.catch((reason: unknown) => reason), "reason");
  gate.resolve();
  await turn();
  assert.equal(log, ["ran"]);
  assert.is(waiting.status, "fulfilled");
});

test("the first failure in time is the reason; of failures before the call it is that of the first argument", async () => {
  const [first, firstGate] = gated();
  const [second, secondGate] = gated();
  const inTime = ignore(first, second);
  const outcome = inTime.catch((reason: unknown) => reason);
  await turn();
  secondGate.reject("second");
  await turn();
  firstGate.reject("first");
  assert.is(await outcome, "second");
  await turn();
  assert.is(inTime.reason, "second");
  assert.is(await ignore(first, second).catch((reason: unknown) => reason), "first");
  assert.is(await ignore(second, first).catch((reason: unknown) => reason), "second");
});

test("a failure that a dependent took over is reported by the leaves only", async () => {
  const reason = reasonOf("source");
  await reports(() => {
    identity(identity(identity(fail(reason))));
  }, [reason]);
});

test("a failure whose leaves are handled is reported nowhere", async () => {
  await reports(async () => {
    const source = fail(reasonOf("source"));
    await Promise.allSettled([identity(source), identity(identity(source))]);
  }, []);
});

test("n leaves that nobody observes are n reports with the same reason", async () => {
  const reason = reasonOf("source");
  await reports(() => {
    const source = fail(reason);
    for (let i = 0; i < 10; i++) identity(source);
  }, Array<Error>(10).fill(reason));
});

test("a handled leaf does not keep the others from reporting", async () => {
  const reason = reasonOf("source");
  await reports(() => {
    const source = fail(reason);
    identity(source).catch(() => {});
    identity(source);
    source.catch(() => {});
  }, [reason]);
});

test("a task with two failed dependencies reports once, and takes over both", async () => {
  const reasons = [reasonOf("first"), reasonOf("second")];
  await reports(() => {
    ignore(fail(reasons[0]), fail(reasons[1]));
  }, [reasons[0]]);
});

test("a dependency that fails after its dependent has failed is taken over all the same", async () => {
  const reason = reasonOf("first");
  await reports(async () => {
    const [early, earlyGate] = gated();
    const [late, lateGate] = gated();
    ignore(early, late);
    await turn();
    earlyGate.reject(reason);
    await turn();
    lateGate.reject(reasonOf("late"));
    await turn();
    assert.is(late.status, "rejected");
  }, [reason]);
});

test("a dependency that fails after its dependent was aborted is taken over all the same", async () => {
  await reports(async () => {
    const [late, gate] = gated();
    const dependent = ignore(late);
    await turn();
    dependent.abort();
    assert.is(late.status, "pending");
    gate.reject(reasonOf("late"));
    await turn();
    assert.is(late.status, "rejected");
  }, []);
});

test("a promise or thenable that fails as an argument is taken over by the task", async () => {
  const reason = reasonOf("source");
  const sources = [
    () => Promise.reject(reason),
    () => ({ then: (_: unknown, reject: (reason: unknown) => void) => reject(reason) }),
    () => ({
      get then() {
        throw reason;
      },
    }),
  ];
  for (const source of sources) {
    await reports(() => void identity(source()), [reason]);
    await reports(() => void identity(source()).catch(() => {}), []);
  }
});

test("a promise that fails after its dependent has settled is taken over all the same", async () => {
  const reason = reasonOf("first");
  await reports(async () => {
    const late = deferred();
    ignore(fail(reason), late.promise);
    await turn();
    late.reject(reasonOf("late"));
    await turn();
  }, [reason]);
});

test("the failure of a handle that a body returned is reported by the task only", async () => {
  const reason = reasonOf("inner");
  await reports(() => {
    task(() => fail(reason))();
    task(() => task(() => fail(reason))())().catch(() => {});
  }, [reason]);
});

// An order-only dependency failed

test("a task runs all the same when an order-only dependency failed, which is reported", async () => {
  const reason = reasonOf("order");
  await reports(async () => {
    const source = fail(reason);
    assert.is(await task(() => "ran", source)(), "ran");
  }, [reason]);
});

test("an order-only dependency that failed before, or fails later, makes no difference", async () => {
  const reasons = [reasonOf("before"), reasonOf("later")];
  await reports(async () => {
    const before = fail(reasons[0]);
    await turn();
    const [later, gate] = gated();
    const handles = [task(() => "ran", before)(), task(() => "ran", later)(), task(() => "ran", later, before)()];
    await turn();
    assert.equal(handles.map((handle) => handle.value), ["ran", undefined, undefined]);
    gate.reject(reasons[1]);
    assert.equal(await Promise.all(handles), ["ran", "ran", "ran"]);
  }, reasons);
});

test("an order-only dependency that failed is not reported if someone else handles it", async () => {
  await reports(async () => {
    const caught = fail(reasonOf("caught"));
    caught.catch(() => {});
    const taken = fail(reasonOf("taken"));
    identity(taken).catch(() => {});
    assert.is(await task(() => "ran", caught, taken)(), "ran");
  }, []);
});

test("a promise that is no handle is handled by being waited for; wrapped in a task it is reported", async () => {
  const reasons = [reasonOf("promise"), reasonOf("wrapped")];
  await reports(async () => {
    assert.is(await task(() => "ran", Promise.reject(reasons[0]))(), "ran");
    const wrapped = task(() => Promise.reject(reasons[1]))();
    assert.is(await task(() => "ran", wrapped)(), "ran");
  }, [reasons[1]]);
});

test("a dependency that is both an argument and order-only is a data dependency", async () => {
  const reason = reasonOf("both");
  await reports(async () => {
    const source = fail(reason);
    const dependent = task((_: unknown) => "ran", source)(source);
    assert.is(await dependent.catch((error: unknown) => error), reason);
    const [slow, gate] = gated();
    const slowDependent = task((_: unknown) => "ran", slow)(slow);
    const outcome = slowDependent.catch((error: unknown) => error);
    gate.reject(reason);
    assert.is(await outcome, reason);
  }, []);
});

test("a task fails at once for a data dependency though an order-only one is pending", async () => {
  const dependent = task((_: unknown) => "ran", deferred().promise)(fail("reason"));
  assert.is(await dependent.catch((reason: unknown) => reason), "reason");
});

// Dependencies of a settled task

test("a settled task waits for all, and takes every argument as a PromiseSettledResult, plain values too", async () => {
  const reasons = { handle: reasonOf("handle"), promise: reasonOf("promise"), getter: reasonOf("getter") };
  const outcomes = task({ settled: true })((...results: PromiseSettledResult<unknown>[]) => results);
  await reports(async () => {
    const [slow, gate] = gated();
    const handle = outcomes(
      "plain",
      identity("handle"),
      fail(reasons.handle),
      Promise.resolve("promise"),
      Promise.reject(reasons.promise),
      Object.defineProperty({}, "then", {
        get: () => {
          throw reasons.getter;
        },
      }),
      undefined,
      slow,
    );
    await turn();
    assert.is(handle.status, "pending");
    gate.resolve("slow");
    const results = await handle;
    assert.equal(results, [
      { status: "fulfilled", value: "plain" },
      { status: "fulfilled", value: "handle" },
      { status: "rejected", reason: reasons.handle },
      { status: "fulfilled", value: "promise" },
      { status: "rejected", reason: reasons.promise },
      { status: "rejected", reason: reasons.getter },
      { status: "fulfilled", value: undefined },
      { status: "fulfilled", value: "slow" },
    ]);
    assert.is((results[2] as PromiseRejectedResult).reason, reasons.handle);
  }, []);
});

test("a settled task takes charge of failures that come before, while and after it is called", async () => {
  const outcomes = task({ settled: true })((...results: PromiseSettledResult<unknown>[]) => results.map(({ status }) => status));
  await reports(async () => {
    const [later, gate] = gated();
    const before = fail(reasonOf("before"));
    const handle = outcomes(before, later);
    await turn();
    gate.reject(reasonOf("later"));
    assert.equal(await handle, ["rejected", "rejected"]);
  }, []);
});

test("a settled task's own failure is reported like any other", async () => {
  const reason = reasonOf("own");
  await reports(() => {
    task({ settled: true })((_: PromiseSettledResult<unknown>): never => {
      throw reason;
    })(fail(reasonOf("source")));
  }, [reason]);
});

test("a settled task sees an abort as any failure", async () => {
  await reports(async () => {
    const source = task(async () => new Promise(() => {}))();
    const seen = task({ settled: true })((result: PromiseSettledResult<unknown>) => result)(source);
    source.abort("stop");
    assert.equal(await seen, { status: "rejected", reason: "stop" });
  }, []);
});

test("order-only dependencies of a settled task are waited for as those of any other", async () => {
  const reason = reasonOf("order");
  await reports(async () => {
    const [source, gate] = gated();
    const handle = task({ settled: true })((result: PromiseSettledResult<number>) => result.status, source)(1);
    await turn();
    assert.is(handle.status, "pending");
    gate.reject(reason);
    assert.is(await handle, "fulfilled");
  }, [reason]);
});

// Nobody depends on it or chained it

const failing: Record<string, (reason: unknown) => Task<unknown>> = {
  "a sync body that throws": (reason) => fail(reason),
  "an async body that throws": (reason) =>
    task(async () => {
      throw reason;
    })(),
  "an async body that throws later": (reason) =>
    task(async () => {
      await turn();
      throw reason;
    })(),
  "a body that returns a promise that fails": (reason) => task(() => Promise.reject(reason))(),
  "a body that returns a thenable that fails": (reason) =>
    task(() => ({ then: (_: unknown, reject: (reason: unknown) => void) => reject(reason) }))(),
  "a body that returns a thenable that throws": (reason) =>
    task(() => ({
      then: () => {
        throw reason;
      },
    }))(),
  "a list that fails": (reason) => all([1, fail(reason)]),
  "a record that fails": (reason) => all({ key: Promise.reject(reason) }),
  "an iterator that throws": (reason) =>
    all(
      (function* (): Generator<number> {
        yield 1;
        throw reason;
      })(),
    ),
};

for (const [kind, make] of Object.entries(failing)) {
  test(`a failure that nobody handles is reported once, with its reason: ${kind}`, async () => {
    for (const reason of [reasonOf("reason"), "a string", undefined, null, 0]) {
      await reports(() => void make(reason), [reason]);
    }
  });

  test(`a failure that is handled in time is not reported: ${kind}`, async () => {
    await reports(async () => {
      const handlers: ((handle: Task<unknown>) => unknown)[] = [
        (handle) => handle.catch(() => {}),
        (handle) => handle.then(undefined, () => {}),
        (handle) => Promise.allSettled([handle]),
        (handle) => Promise.race([handle, Promise.resolve()]),
        (handle) => identity(handle).catch(() => {}),
        (handle) => all([handle]).catch(() => {}),
        (handle) => task({ settled: true })((_: PromiseSettledResult<unknown>) => {})(handle),
        async (handle) => {
          try {
            await handle;
          } catch {}
        },
      ];
      for (const handle of handlers) await handle(make(reasonOf("handled")));
    }, []);
  });
}

test("a failure that is handled later is reported as handled then, once", async () => {
  const reason = reasonOf("late");
  const laters: ((handle: Task<unknown>) => unknown)[] = [
    (handle) => handle.catch(() => {}),
    (handle) => identity(handle).catch(() => {}),
    (handle) => task({ settled: true })((_: PromiseSettledResult<unknown>) => {})(handle),
    (handle) => task(() => handle)().catch(() => {}),
  ];
  for (const handleLater of laters) {
    let handle!: Task<unknown>;
    const first = await collectRejections(() => {
      handle = fail(reason);
    });
    same(first.unhandled, [reason]);
    assert.equal(first.handled, []);
    const then = await collectRejections(() => void handleLater(handle));
    same(then.unhandled, []);
    same(then.handled, [reason]);
    const again = await collectRejections(() => void handleLater(handle));
    assert.equal(again, { unhandled: [], handled: [] });
  }
});

test("a failure that was reported is reported again by a later dependent that nobody handles, as its own", async () => {
  const reason = reasonOf("late");
  let source!: Task<unknown>;
  await reports(() => void (source = fail(reason)), [reason]);
  const later = await collectRejections(() => void identity(source));
  same(later.unhandled, [reason]);
  same(later.handled, [reason]);
});

test("an order-only dependent that comes later does not handle a failure that was reported", async () => {
  const reason = reasonOf("late");
  let source!: Task<unknown>;
  await reports(() => void (source = fail(reason)), [reason]);
  const later = await collectRejections(async () => {
    assert.is(await task(() => "ran", source)(), "ran");
  });
  assert.equal(later, { unhandled: [], handled: [] });
});

test("reading reason, status and value handles nothing", async () => {
  const reason = reasonOf("read");
  await reports(async () => {
    const handle = fail(reason);
    const read = (): unknown[] => [handle.status, handle.value, handle.reason];
    read();
    await Promise.resolve().then(read).then(read);
  }, [reason]);
});

test("passing a failed handle on inside an object handles nothing", async () => {
  const reason = reasonOf("inside");
  await reports(async () => {
    await ignore({ handle: fail(reason) });
  }, [reason]);
});

test("promises that come from then report as native ones do, and their handle does not", async () => {
  const reason = reasonOf("chained");
  await reports(() => {
    void fail(reason).then(() => {});
  }, [reason]);
  await reports(() => {
    const handle = fail(reason);
    void handle.then();
    handle.finally(() => {});
  }, [reason, reason]);
  await reports(() => {
    const chained = fail(reason).then(() => {});
    chained.catch(() => {});
  }, []);
});

test("a then callback that throws is reported by the promise that then gave", async () => {
  const reason = reasonOf("callback");
  await reports(() => {
    void identity(1).then(() => {
      throw reason;
    });
  }, [reason]);
});

test("a failure inside of a body that the body handles is not reported, and does not fail its task", async () => {
  await reports(async () => {
    const caught = task(async () => {
      try {
        return await fail(reasonOf("inner"));
      } catch (error) {
        return (error as Error).message;
      }
    });
    assert.is(await caught(), "inner");
  }, []);
});

// It was aborted

const stop = reasonOf("stop");

const aborted: Record<string, () => Task<unknown>> = {
  "one that waits": () => ignore(deferred().promise),
  "one that runs": () => task(() => deferred().promise)(),
  "one that waits for the handle it returned": () => task(() => ignore(deferred().promise))(),
  "all of a list": () => all([deferred().promise]),
};

for (const [kind, make] of Object.entries(aborted)) {
  test(`an abort is not reported, nor are dependents that failed for it: ${kind}`, async () => {
    await reports(async () => {
      for (const turns of [0, 1]) {
        const handle = make();
        const dependents = [identity(handle), identity(identity(handle)), all([handle, 1]), task(() => handle)()];
        for (let i = 0; i < turns; i++) await turn();
        handle.abort(stop);
        assert.is(handle.reason, stop);
        await turn();
        for (const dependent of dependents) assert.is(dependent.reason, stop);
        const later = [identity(handle), task(() => handle)(), all({ handle })];
        await turn();
        for (const dependent of later) assert.is(dependent.reason, stop);
      }
    }, []);
  });
}

test("an abort of a task that could have started is not reported, nor are dependents that failed for it", async () => {
  await reports(async () => {
    const handle = ignore();
    const dependents = [identity(handle), all([identity(handle)])];
    handle.abort(stop);
    await turn();
    for (const dependent of dependents) assert.is(dependent.reason, stop);
  }, []);
});

test("order-only dependents of an aborted task run, and the abort is not reported", async () => {
  await reports(async () => {
    const handle = task(() => deferred().promise)();
    const dependent = task(() => "ran", handle)();
    await turn();
    handle.abort(stop);
    assert.is(await dependent, "ran");
    assert.is(await task(() => "ran", handle)(), "ran");
  }, []);
});

test("what an aborted body does later is dropped silently", async () => {
  const late = reasonOf("late");
  await reports(async () => {
    const gates = [deferred<unknown>(), deferred<unknown>(), deferred<unknown>()];
    const handles = [
      task(() => gates[0]!.promise)(),
      task(async () => {
        await gates[1]!.promise;
      })(),
      task(async () => {
        await gates[2]!.promise.catch(() => {});
        return fail(late);
      })(),
    ];
    await turn();
    for (const handle of handles) handle.abort(stop);
    for (const gate of gates) gate.reject(late);
    await turn();
    for (const handle of handles) assert.is(handle.reason, stop);
  }, []);
});

test("a body that fails because its signal was aborted is not reported", async () => {
  await reports(async () => {
    const handle = task(async () => {
      const signal = abortSignal();
      await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    })();
    await turn();
    handle.abort(stop);
    await turn();
    assert.is(handle.reason, stop);
  }, []);
});

test("an AbortError that no abort of the task caused is a failure like any other", async () => {
  const error = new DOMException("The fetch was aborted", "AbortError");
  await reports(() => void fail(error), [error]);
});

test("a promise that was chained to an aborted task reports as native ones do", async () => {
  await reports(async () => {
    const handle = task(() => deferred().promise)();
    void handle.then(() => {});
    await turn();
    handle.abort(stop);
  }, [stop]);
});

test("a task that failed is not excused by an abort that comes later", async () => {
  const reason = reasonOf("first");
  await reports(async () => {
    const handle = fail(reason);
    await turn();
    handle.abort(stop);
    assert.is(handle.reason, reason);
  }, [reason]);
});

test("a dependent that failed for another reason before the abort is reported", async () => {
  const reason = reasonOf("first");
  await reports(async () => {
    const slow = task(() => deferred().promise)();
    const dependent = ignore(slow, fail(reason));
    await turn();
    slow.abort(stop);
    assert.is(dependent.reason, reason);
  }, [reason]);
});

test.run();
