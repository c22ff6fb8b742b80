import { suite } from "uvu";
import * as assert from "uvu/assert";
import { all, type Task, task } from "./aiodag.ts";
import { deferred } from "./support/deferred.ts";
import { runtime } from "./support/runtime.ts";
import { stopTime } from "./support/time.ts";
import { turn } from "./support/turn.ts";
import { trace } from "./trace.ts";

const why = suite("why()");
const never = new Promise<never>(() => {});
const canFollow = runtime !== "browser";

/** What is said after every explanation that ends in a running body, where the runtime cannot follow it. */
const unknown = canFollow ? "" : "\nWhat a body awaits after its first await cannot be known in this runtime";
const chained = "\nA body that has only chained a handle, without awaiting it, is not stuck";

why("leads from a pending task to what runs", () =>
  stopTime(async (setTime) => {
    const run = trace();
    const fetchText = task(function fetchText() {
      return never as Promise<string>;
    });
    const strip = task(function strip(text: string) {
      return text;
    });
    const upload = task(function upload(...texts: string[]) {
      return texts;
    })(strip("ready"), strip(fetchText()), strip("ready too"));
    await turn();
    setTime(3200);
    assert.is(run.why(upload), `upload ← strip #3 ← fetchText: running for 3.2 s${unknown}`);
    run.stop();
    setTime(9000);
    assert.is(run.why(upload), `upload ← strip #3 ← fetchText: running for 3.2 s${unknown}`);
  }),
);

why("tells each thing that a task waits for on a line of its own, ten at most", async () => {
  await stopTime(async () => {
    const run = trace();
    const wait = task(function wait(_: number) {
      return never;
    });
    const two = all([wait(1), wait(2)]);
    await turn();
    assert.is(run.why(two), `all ← wait #1: running for 0 ms\nall ← wait #2: running for 0 ms${unknown}`);
    const many = all(Array.from({ length: 25 }, (_, i) => wait(i)));
    await turn();
    const lines = run.why(many).split("\n");
    assert.is(lines.length, canFollow ? 11 : 12);
    assert.is(lines[10], "and 15 more that it waits for");
    run.stop();
  });
});

why("tells of a task that is ready, of one that waits for a slot, and who holds it", () =>
  stopTime(async (setTime) => {
    const run = trace();
    const group = task({ concurrency: 2 });
    const hold = group(function hold() {
      return never;
    });
    const handles = [hold(), hold(), hold()];
    assert.is(run.why(handles[0]!), "hold #1: ready, and about to start");
    await turn();
    setTime(2000);
    assert.is(
      run.why(handles[2]!),
      "hold #3: ready for 2 s, waiting for one of the 2 slots of its group, held by hold #1 (running for 2 s) and hold #2 (running for 2 s)",
    );
    handles[0]!.abort();
    assert.is(
      run.why(handles[2]!),
      "hold #3: ready for 2 s, waiting for one of the 2 slots of its group, held by hold #1 (aborted, but its body has not ended) and hold #2 (running for 2 s)",
    );
    run.stop();
  }),
);

why("a slot is held by the body of the handle that a body returned", () =>
  stopTime(async () => {
    const run = trace();
    const inner = task(function inner() {
      return never;
    });
    const outer = task({ concurrency: 1 })(function outer() {
      return inner();
    });
    outer();
    const second = outer();
    await turn();
    assert.is(
      run.why(second),
      "outer #2: ready for 0 ms, waiting for the only slot of its group, held by inner (running for 0 ms)",
    );
    run.stop();
  }),
);

why("of a promise that is no task it says what cannot be known", async () => {
  const run = trace();
  const use = task(function use(_a: unknown, _b: unknown) {}, new Promise(() => {}));
  const handle = use(1, new Promise(() => {}));
  await turn();
  assert.is(
    run.why(handle),
    "use ← a promise that is no task (argument 2): pending; what it waits for cannot be known\n" +
      "use ← a promise that is no task: pending; what it waits for cannot be known",
  );
  run.stop();
});

why("knows of tasks that were invoked before the recording, and of those beyond its limit", async () => {
  await stopTime(async () => {
    const early = task(function early() {
      return never;
    })();
    const run = trace({ limit: 1 });
    const middle = task(function middle(_: unknown) {})(early);
    const late = task(function late(_: unknown) {})(middle);
    await turn();
    assert.match(
      run.why(late),
      /^late ← middle \(no longer in the recording\) ← early \(invoked before the recording\): running$/m,
    );
    assert.match(run.why(late), /cannot be known (of a task that the recording does not hold|in this runtime)$/);
    run.stop();
  });
});

why("of a settled task it says how it ended", () =>
  stopTime(async (setTime) => {
    const run = trace();
    const fulfilled = task(function fine() {})();
    const failed = task(function broken(): void {
      throw new Error("broken");
    })();
    const aborted = task(function aborted() {
      return never;
    })();
    aborted.abort();
    await Promise.allSettled([fulfilled, failed]);
    setTime(500);
    assert.is(run.why(fulfilled), "fine: fulfilled 500 ms ago; it waits for nothing");
    assert.is(run.why(failed), "broken: failed 500 ms ago; it waits for nothing");
    assert.is(run.why(aborted), "aborted: aborted 500 ms ago; it waits for nothing");
    run.stop();
  }),
);

why("once the recording is stopped, tells of what happened since as far as handles show it", () =>
  stopTime(async (setTime) => {
    setTime(30_000);
    const run = trace();
    const result = deferred();
    const load = task(function load() {
      return result.promise;
    });
    const use = task(function use(_: unknown) {
      return never;
    });
    const first = load();
    const handle = use(first);
    await turn();
    run.stop();
    result.resolve();
    await first;
    await turn();
    assert.is(run.why(first), "load: fulfilled; it waits for nothing");
    const since = canFollow ? "\nWhat a body awaits after its first await cannot be known once the recording has been stopped" : unknown;
    assert.is(run.why(handle), `use: running${since}`);
    const other = trace();
    const late = [use(1), use(handle)];
    assert.is(run.why(late[0]!), "use (not in the recording): ready, and about to start");
    assert.is(run.why(late[1]!), `use (not in the recording) ← use: running${since}`);
    other.stop();
    await turn();
    assert.is(run.why(use(2)), "use (not in the recording): ready, and about to start");
    const unheld = canFollow ? since.replace(/known .*/, "known of a task that the recording does not hold") : unknown;
    assert.is(run.why(late[0]!), `use (not in the recording): running${unheld}`);
  }),
);

why("takes handles only", () => {
  const run = trace();
  const hostile = new Proxy(
    {},
    {
      getPrototypeOf() {
        throw new Error("a trap");
      },
    },
  );
  const wrong: [unknown, string][] = [[undefined, "undefined"], [5, "5"], ["x", '"x"'], [{}, "an object"], [Promise.resolve(), "an object"], [hostile, "an object"]];
  for (const [value, shown] of wrong) {
    assert.throws(() => run.why(value as never), (error: Error) => error instanceof TypeError && error.message === `Cannot explain ${shown}: expected a handle`);
  }
  run.stop();
});

why("names and promises of others cannot write into it", async () => {
  const run = trace();
  const handle = task({ name: "a\u001b[31m\nb\u202e" })(() => never)();
  await turn();
  assert.match(run.why(handle), /^a␛\[31m␊b\ufffd: running/);
  run.stop();
});

why("is told of a chain of 100,000 tasks by its ends", async () => {
  const run = trace();
  const next = task(function next(n: number) {
    return n;
  });
  let last: Task<number> = task(function first() {
    return never;
  })();
  for (let i = 0; i < 100_000; i++) last = next(last);
  await turn();
  assert.match(
    run.why(last),
    /^next #100001 ← next #100000 ← next #99999 ← next #99998 ← … 99,993 more … ← next #4 ← next #3 ← next #2 ← first: running/,
  );
  run.stop();
});

why("names a task that waits for itself through the handle that its body returned", async () => {
  const run = trace();
  const first: Task<unknown> = task(function first(): unknown {
    return second;
  })();
  const second: Task<unknown> = task(function second(x: unknown) {
    return x;
  })(first);
  const last = task(function last(_: unknown) {})(second);
  await turn();
  assert.is(run.why(first), "deadlock: first waits for itself: first ← (returned by its body) second ← first");
  assert.is(run.why(last), "last ← second: deadlock: second waits for itself: second ← first ← (returned by its body) second");
  run.stop();
});

why("names a group whose slot is kept for a handle of the same group that a body returned, and is certain of it", async () => {
  const run = trace();
  const group = task({ concurrency: 1 });
  const child = group(function child() {});
  const parent = group(function parent() {
    return child();
  });
  const handle = parent();
  await turn();
  const slot = "deadlock: the only slot of its group is held by a body that waits for that same group: parent ← (returned by its body) child";
  assert.is(run.why(handle), `parent ← (returned by its body) child: ${slot}`);
  const other = child();
  await turn();
  assert.is(run.why(other), `child #3 ← (holding a slot) child #2: ${slot} #2`);
  run.stop();
});

why("tells the certain deadlock of a task that waits for two", async () => {
  const run = trace();
  const body = task(async function body() {
    await dependent.then();
  })();
  const dependent = task(function dependent(_: void) {})(body);
  const first: Task<unknown> = task(function first(): unknown {
    return second;
  })();
  const second: Task<unknown> = task(function second(_: unknown) {})(first);
  const last = task(function last(..._: unknown[]) {})(dependent, second);
  await turn();
  assert.is(run.why(last), "last ← second: deadlock: second waits for itself: second ← first ← (returned by its body) second");
  run.stop();
});

if (canFollow) {
  why("names a task that waits for itself through an await in its body", async () => {
    const run = trace();
    const body = task(async function body() {
      await null;
      await dependent;
    })();
    const dependent = task(function dependent(_: void) {})(body);
    await turn();
    assert.is(run.why(body), `deadlock: body waits for itself: body ← (awaited in its body) dependent ← body${chained}`);
    assert.is(
      run.why(dependent),
      `deadlock: dependent waits for itself: dependent ← body ← (awaited in its body) dependent${chained}`,
    );
    run.stop();
  });

  why("names a task whose async body returned its own handle", async () => {
    const run = trace();
    const handle: Task<unknown> = task(async function own(): Promise<unknown> {
      await null;
      return handle;
    })();
    await turn();
    assert.is(run.why(handle), `deadlock: own waits for itself: own ← (awaited in its body) own${chained}`);
    run.stop();
  });

  why("names a group whose slots are all held by bodies that wait for the same group", async () => {
    const run = trace();
    const group = task({ concurrency: 2 });
    const child = group(async function child() {});
    const parent = group(async function parent() {
      await null;
      await child();
    });
    const handles = [parent(), parent()];
    await turn();
    assert.is(
      run.why(handles[0]!),
      "parent #1: deadlock: all 2 slots of its group are held by bodies that wait for that same group: " +
        `parent #1 ← (awaited in its body) child #3; parent #2 ← (awaited in its body) child #4${chained}`,
    );
    const other = child();
    await turn();
    assert.match(run.why(other), /^child #5 ← \(holding a slot\) parent #1: deadlock: all 2 slots of its group are held /);
    run.stop();
  });

  why("a group with one body that goes on is no deadlock", async () => {
    const run = trace();
    const group = task({ concurrency: 2 });
    const other = deferred();
    const child = group(async function child() {});
    const parent = group(async function parent() {
      await child();
    });
    const busy = group(function busy() {
      return other.promise;
    });
    busy();
    const handle = parent();
    await turn();
    assert.match(run.why(handle), /^parent ← \(awaited in its body\) child: ready for .*, waiting for one of the 2 slots/);
    other.resolve();
    await handle;
    run.stop();
  });

  why("says that it does not know what bodies await of which a thousand start within a tenth of a second", () =>
    stopTime(async (setTime) => {
      setTime(10_000);
      const run = trace();
      const wait = task(function wait(_: number) {
        return never;
      });
      const handles = Array.from({ length: 1001 }, (_, i) => wait(i));
      await turn();
      assert.is(run.why(handles[999]!), "wait #1000: running for 0 ms");
      assert.is(
        run.why(handles[1000]!),
        "wait #1001: running for 0 ms\nWhat a body awaits after its first await cannot be known where so many bodies start at once",
      );
      setTime(10_101);
      const later = wait(1001);
      await turn();
      assert.is(run.why(later), "wait #1002: running for 0 ms");
      run.stop();
    }),
  );

  why("a body counts once towards that thousand, however many recordings follow it", () =>
    stopTime(async (setTime) => {
      setTime(20_000);
      const runs = [trace(), trace()];
      const wait = task(function wait(_: number) {
        return never;
      });
      const handles = Array.from({ length: 900 }, (_, i) => wait(i));
      await turn();
      for (const run of runs) {
        assert.is(run.why(handles[899]!), "wait #900: running for 0 ms");
        run.stop();
      }
    }),
  );

  why("what a body awaits is followed to what it waits for in turn", async () => {
    const run = trace();
    const slow = task(function slow() {
      return never;
    });
    const middle = task(function middle(x: unknown) {
      return x;
    });
    const page = task(async function page() {
      await null;
      await middle(slow());
    })();
    await turn();
    await turn();
    assert.match(run.why(page), /^page ← \(awaited in its body\) middle ← slow: running for/);
    run.stop();
  });
} else {
  why("names a deadlock through a handle that the synchronous part of a body has chained", async () => {
    const run = trace();
    const body = task(async function body() {
      await dependent.then();
    })();
    const dependent = task(function dependent(_: void) {})(body);
    await turn();
    assert.is(run.why(body), `deadlock: body waits for itself: body ← (awaited in its body) dependent ← body${chained}`);
    run.stop();
  });

  why("says that it cannot be known whether an await in a body is a deadlock", async () => {
    await stopTime(async () => {
      const run = trace();
      const group = task({ concurrency: 1 });
      const child = group(async function child() {});
      const parent = group(async function parent() {
        await child();
      });
      const handle = parent();
      await turn();
      assert.is(run.why(handle), `parent: running for 0 ms${unknown}`);
      const other = child();
      await turn();
      assert.is(
        run.why(other),
        "child #3: ready for 0 ms, waiting for the only slot of its group, held by parent (running for 0 ms): " +
          "a deadlock, if these bodies await the tasks of the group that they have invoked, which cannot be known in this runtime",
      );
      run.stop();
    });
  });
}

why.run();
