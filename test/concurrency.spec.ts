import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Task, abortSignal, all, task } from "./aiodag.ts";
import { type Deferred, deferred } from "./support/deferred.ts";
import { drain } from "./support/drain.ts";
import { collectRejections } from "./support/rejections.ts";
import { turn } from "./support/turn.ts";

type Log = string[];

const never = new Promise<never>(() => {});

const statuses = (...handles: Task<unknown>[]) => handles.map(({ status }) => status);

/** Bodies that log their start, and end when they are told to. */
function bodies(log: Log) {
  const ends = new Map<string, Deferred<unknown>>();
  const body = (name: string, ..._: unknown[]): Promise<unknown> => {
    log.push(name);
    const end = deferred<unknown>();
    ends.set(name, end);
    return end.promise;
  };
  const end = async (name: string): Promise<void> => {
    ends.get(name)!.resolve(name);
    await turn();
  };
  const fail = async (name: string): Promise<void> => {
    ends.get(name)!.reject(`${name} failed`);
    await turn();
  };
  return { body, end, fail };
}

/** Fails unless exactly `limit` bodies of the group can run at once now. */
async function hasSlots(group: ReturnType<typeof task>, limit: number): Promise<void> {
  const end = deferred();
  let running = 0;
  const probe = (group as unknown as (fn: () => Promise<void>) => () => Task<void>)(() => {
    running++;
    return end.promise;
  });
  const probes = Array.from({ length: limit + 1 }, () => probe());
  await drain();
  const started = running;
  end.resolve();
  await drain();
  assert.is(started, limit, `${started} of ${limit} slots were free`);
  assert.equal(statuses(...probes), probes.map(() => "fulfilled"));
}

// ---------------------------------------------------------------------------------------------------- limit, order

const limit = suite("concurrency: the limit");

for (const concurrency of [1, 2, 7]) {
  limit(`at most ${concurrency} bodies run at once, and as many do`, async () => {
    let running = 0;
    let most = 0;
    const run = task({ concurrency })(async (rounds: number) => {
      running++;
      most = Math.max(most, running);
      for (let i = 0; i < rounds; i++) await undefined;
      running--;
    });
    await Promise.all(Array.from({ length: 100 }, (_, i) => run(1 + (i % 5))));
    assert.equal([running, most], [0, concurrency]);
  });
}

limit("Infinity is no limit", async () => {
  let running = 0;
  const run = task({ concurrency: Infinity })(() => {
    running++;
    return never;
  });
  for (let i = 0; i < 1000; i++) run();
  await turn();
  assert.is(running, 1000);
});

limit("queued bodies start in the order in which they became ready, each as soon as one has ended", async () => {
  const log: Log = [];
  const { body, end } = bodies(log);
  const run = task({ concurrency: 2 })(body);
  for (const name of ["a", "b", "c", "d", "e"]) run(name);
  await turn();
  assert.equal(log, ["a", "b"]);
  await end("b");
  assert.equal(log, ["a", "b", "c"]);
  await end("c");
  assert.equal(log, ["a", "b", "c", "d"]);
  await end("a");
  assert.equal(log, ["a", "b", "c", "d", "e"]);
});

limit("the order is that in which they became ready, not that of the calls", async () => {
  const log: Log = [];
  const { body, end } = bodies(log);
  const run = task({ concurrency: 1 })(body);
  const inputs = [deferred(), deferred(), deferred()];
  run("holder");
  inputs.forEach(({ promise }, i) => run(`waits for ${i}`, promise));
  run("ready at its call");
  for (const i of [2, 0, 1]) {
    inputs[i]!.resolve();
    await turn();
  }
  const expected = ["holder", "ready at its call", "waits for 2", "waits for 0", "waits for 1"];
  for (const name of expected) await end(name);
  assert.equal(log, expected);
});

limit("waiting for dependencies holds no slot", async () => {
  const log: Log = [];
  const { body, end } = bodies(log);
  const run = task({ concurrency: 1 })(body);
  const input = deferred();
  run("waits", input.promise);
  run("waits for a handle of the group", run("first"));
  await turn();
  assert.equal(log, ["first"]);
  run("second");
  await end("first");
  assert.equal(log, ["first", "second"]);
  await end("second");
  assert.equal(log, ["first", "second", "waits for a handle of the group"]);
});

limit("all functions of one decorator share it, and no other decorator does", async () => {
  const log: Log = [];
  const { body, end } = bodies(log);
  const group = task({ concurrency: 1 });
  const [first, second] = [group(body), group((name: string) => body(name))];
  const other = task({ concurrency: 1 })(body);
  first("a");
  second("b");
  other("x");
  first("c");
  other("y");
  await turn();
  assert.equal(log, ["a", "x"]);
  await end("a");
  assert.equal(log, ["a", "x", "b"]);
  await end("b");
  await end("x");
  assert.equal(log, ["a", "x", "b", "c", "y"]);
});

limit("a task wrapped again keeps the group that it had", async () => {
  const log: Log = [];
  const { body, end } = bodies(log);
  const inner = task({ concurrency: 1 })(body);
  const outer = task({ name: "outer" })(inner, Promise.resolve());
  inner("a");
  outer("b");
  await turn();
  assert.equal(log, ["a"]);
  await end("a");
  assert.equal(log, ["a", "b"]);
});

limit("methods that one decorator decorates share it, whatever their object", async () => {
  const log: Log = [];
  const { body, end } = bodies(log);
  const group = task({ concurrency: 1 });
  class Service {
    load = group(body);
    save = group(body);
  }
  const [one, two] = [new Service(), new Service()];
  one.load("a");
  two.save("b");
  await turn();
  assert.equal(log, ["a"]);
  await end("a");
  assert.equal(log, ["a", "b"]);
});

limit("sync bodies take a slot only while they run", async () => {
  const group = task({ concurrency: 1 });
  const handles = Array.from({ length: 10 }, (_, i) => group((n: number) => n)(i));
  assert.equal(await all(handles), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  await hasSlots(group, 1);
});

limit("bodies that fail, sync or async, give their slot back", async () => {
  const group = task({ concurrency: 2 });
  const fail = group((kind: number): unknown => {
    if (kind === 0) throw "sync";
    if (kind === 1) return Promise.reject("async");
    if (kind === 2) return { get then() { throw "getter"; } };
    return { then() { throw "then"; } };
  });
  const outcomes = await Promise.allSettled([0, 1, 2, 3, 0, 1, 2, 3].map((kind) => fail(kind)));
  const reasons = outcomes.map((outcome) => (outcome as PromiseRejectedResult).reason as string);
  assert.equal(reasons, ["sync", "async", "getter", "then", "sync", "async", "getter", "then"]);
  await hasSlots(group, 2);
});

limit("a body whose thenable calls back twice gives back one slot", async () => {
  const group = task({ concurrency: 2 });
  await group(() => ({
    then(resolve: (value: unknown) => void, reject: (reason: unknown) => void) {
      resolve(1);
      reject(2);
      resolve(3);
      throw new Error("late");
    },
  }))();
  await hasSlots(group, 2);
});

limit("a dependency that fails takes no slot and gives none back", async () => {
  const group = task({ concurrency: 2 });
  const failed = task(() => { throw "failed"; })();
  const handles = [1, 2, 3, 4].map(() => group((_: unknown) => {})(failed));
  const outcomes = await Promise.allSettled(handles);
  assert.equal(outcomes.map(({ status }) => status), outcomes.map(() => "rejected"));
  await hasSlots(group, 2);
});

limit("a body that waits for tasks of its own group can use the slots up, until it is aborted", async () => {
  const group = task({ concurrency: 1 });
  const inner = group(() => "inner");
  const called: Task<string>[] = [];
  const outer = group(async () => {
    const signal = abortSignal();
    called.push(inner());
    return Promise.race([called[0]!, new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    })]);
  })();
  await turn();
  assert.equal(statuses(outer, called[0]!), ["pending", "pending"]);
  outer.abort();
  await turn();
  assert.is(called[0]!.value, "inner");
  await hasSlots(group, 1);
});

limit.run();

// ---------------------------------------------------------------------------------------------------------- abort

const aborts = suite("concurrency: abort");

aborts("a body that ignores its signal keeps its slot after an abort until it has really ended", async () => {
  const log: Log = [];
  const { body, end } = bodies(log);
  const run = task({ concurrency: 1 })(body);
  const holder = run("holder");
  run("next");
  await turn();
  holder.abort();
  await turn();
  assert.equal([holder.status, log], ["rejected", ["holder"]]);
  await end("holder");
  assert.equal(log, ["holder", "next"]);
});

aborts("a body that ignores its signal and fails after an abort gives its slot back", async () => {
  const log: Log = [];
  const { body, fail } = bodies(log);
  const group = task({ concurrency: 1 });
  const holder = group(body)("holder");
  await turn();
  holder.abort();
  await fail("holder");
  await hasSlots(group, 1);
});

aborts("a body that ends on its signal gives its slot back", async () => {
  const group = task({ concurrency: 1 });
  const holder = group(() => {
    const signal = abortSignal();
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  })();
  await turn();
  holder.abort();
  await turn();
  await hasSlots(group, 1);
});

aborts("a body that aborts its own task keeps its slot until it has ended", async () => {
  const log: Log = [];
  const { body, end } = bodies(log);
  const group = task({ concurrency: 1 });
  const self: Task<unknown> = group(() => {
    self.abort();
    return body("self");
  })();
  group(body)("next");
  await turn();
  assert.equal(log, ["self"]);
  await end("self");
  assert.equal(log, ["self", "next"]);
});

aborts("a body that aborts its own task and throws, or ends at once, gives its slot back", async () => {
  const group = task({ concurrency: 1 });
  for (const ending of [() => 1, () => { throw "late"; }, () => self]) {
    // eslint-disable-next-line no-var
    var self: Task<unknown> = group(() => {
      self.abort();
      return ending();
    })();
    await turn();
    assert.is(self.status, "rejected");
    await hasSlots(group, 1);
  }
});

aborts("a queued task that is aborted never takes a slot", async () => {
  const log: Log = [];
  const { body, end } = bodies(log);
  const group = task({ concurrency: 1 });
  const run = group(body);
  run("holder");
  const queued = ["a", "b", "c", "d"].map((name) => run(name));
  await turn();
  queued[0]!.abort();
  queued[2]!.abort();
  await end("holder");
  assert.equal(log, ["holder", "b"]);
  await end("b");
  assert.equal(log, ["holder", "b", "d"]);
  await end("d");
  await hasSlots(group, 1);
});

aborts("all that are queued may be aborted, and later ones get their turn", async () => {
  const log: Log = [];
  const { body, end } = bodies(log);
  const group = task({ concurrency: 1 });
  const run = group(body);
  run("holder");
  const queued = Array.from({ length: 1000 }, (_, i) => run(`queued ${i}`));
  await turn();
  for (const handle of queued) handle.abort();
  run("late");
  await end("holder");
  assert.equal(log, ["holder", "late"]);
  await end("late");
  await hasSlots(group, 1);
});

aborts("a task that has a slot and is aborted before its body starts hands it on", async () => {
  const log: Log = [];
  const { body } = bodies(log);
  const group = task({ concurrency: 1 });
  const run = group(body);
  run("a").abort();
  const b = run("b");
  run("c");
  b.abort();
  await turn();
  assert.equal(log, ["c"]);
});

aborts("a signal that aborts all calls of the group leaves the slots to bodies that ignore it", async () => {
  const log: Log = [];
  const controller = new AbortController();
  const { body, end } = bodies(log);
  const limited = task({ concurrency: 1 });
  const inner = limited(body);
  // The same functions, with and without the signal, in one group with one limit.
  const cancelled = task({ signal: controller.signal })(inner);
  cancelled("holder");
  const queued = cancelled("queued");
  inner("kept");
  await turn();
  controller.abort();
  await turn();
  assert.equal([queued.status, log], ["rejected", ["holder"]]);
  await end("holder");
  assert.equal(log, ["holder", "kept"]);
  await end("kept");
  await hasSlots(limited, 1);
});

aborts("calls of a group whose signal has aborted before take no slot", async () => {
  const limited = task({ concurrency: 1 });
  const run = limited(() => never);
  const cancelled = task({ signal: AbortSignal.abort() })(run);
  for (let i = 0; i < 10; i++) cancelled();
  await turn();
  await hasSlots(limited, 1);
});

aborts.run();

// ---------------------------------------------------------------------------------------------- returned handles

const returned = suite("concurrency: returned handles");

returned("the slot is held until the body of the returned handle has ended", async () => {
  const log: Log = [];
  const { body, end } = bodies(log);
  const group = task({ concurrency: 1 });
  const plain = task(body);
  const outer = group(() => plain("inner"))();
  group(body)("next");
  await turn();
  await turn();
  assert.equal([outer.status, log], ["pending", ["inner"]]);
  await end("inner");
  assert.equal([outer.value, log], ["inner", ["inner", "next"]]);
});

returned("the slot is held while the returned handle waits, and while it is queued in another group", async () => {
  const log: Log = [];
  const { body, end } = bodies(log);
  const input = deferred();
  const group = task({ concurrency: 1 });
  const other = task({ concurrency: 1 });
  other(body)("holder");
  group(() => other(body)("inner", input.promise))();
  group(body)("next");
  await turn();
  assert.equal(log, ["holder"]);
  input.resolve();
  await turn();
  assert.equal(log, ["holder"]);
  await end("holder");
  assert.equal(log, ["holder", "inner"]);
  await end("inner");
  assert.equal(log, ["holder", "inner", "next"]);
  await end("next");
  await hasSlots(group, 1);
  await hasSlots(other, 1);
});

returned("the slot comes back where the returned handle waited first and then took a slot of its own", async () => {
  for (const own of [false, true]) {
    const input = deferred();
    const group = task({ concurrency: 2 });
    const inner = own ? group : task({ concurrency: 1 });
    const outer = group(() => inner((_: unknown) => "inner")(input.promise))();
    await turn();
    input.resolve();
    assert.is(await outer, "inner");
    await turn();
    await hasSlots(group, 2);
    await hasSlots(inner, own ? 2 : 1);
  }
});

returned("the slot comes back where the returned handle was queued for a slot of its own", async () => {
  for (const own of [false, true]) {
    const holder = deferred();
    const group = task({ concurrency: 2 });
    const inner = own ? group : task({ concurrency: 1 });
    inner(() => holder.promise)();
    await turn();
    const outer = group(() => inner(() => "inner")())();
    await turn();
    holder.resolve();
    assert.is(await outer, "inner");
    await turn();
    await hasSlots(group, 2);
    await hasSlots(inner, own ? 2 : 1);
  }
});

returned("the slot is held until the last of a chain of returned handles has ended", async () => {
  const log: Log = [];
  const { body, end } = bodies(log);
  const group = task({ concurrency: 1 });
  const step = task((depth: number): Task<unknown> => (depth === 0 ? task(body)("last") : step(depth - 1)) as Task<unknown>);
  const outer = group(() => step(5))();
  group(body)("next");
  for (let i = 0; i < 10; i++) await turn();
  assert.equal(log, ["last"]);
  await end("last");
  assert.equal([outer.value, log], ["last", ["last", "next"]]);
  await end("next");
  await hasSlots(group, 1);
});

returned("a chain through several groups holds a slot of each until the last has ended", async () => {
  const log: Log = [];
  const { body, end } = bodies(log);
  const groups = [1, 2, 3].map(() => task({ concurrency: 1 }));
  const [a, b, c] = groups as [typeof groups[0], typeof groups[0], typeof groups[0]];
  const outer = a(() => b(() => c(() => body("last"))())())();
  await turn();
  for (const [i, group] of groups.entries()) group(body)(`next ${i}`);
  await turn();
  assert.equal(log, ["last"]);
  await end("last");
  assert.equal([outer.value, log.sort()], ["last", ["last", "next 0", "next 1", "next 2"]]);
});

returned("a handle that several bodies return holds the slots of all of them", async () => {
  const log: Log = [];
  const { body, end } = bodies(log);
  const group = task({ concurrency: 3 });
  const shared = task(body)("shared");
  const outers = [1, 2, 3].map(() => group(() => shared)());
  group(body)("next");
  await turn();
  await turn();
  assert.equal(log, ["shared"]);
  await end("shared");
  assert.equal([...outers.map(({ value }) => value), ...log], ["shared", "shared", "shared", "shared", "next"]);
  await end("next");
  await hasSlots(group, 3);
});

returned("a handle that has settled gives the slot back at once", async () => {
  const group = task({ concurrency: 1 });
  const done = task(() => 1)();
  const failed = task(() => { throw "failed"; })();
  failed.catch(() => {});
  await turn();
  assert.is(await group(() => done)(), 1);
  assert.is(await group(() => failed)().catch((reason: unknown) => reason), "failed");
  await hasSlots(group, 1);
});

returned("a handle that fails, or whose dependency does, gives the slot back", async () => {
  const group = task({ concurrency: 1 });
  const input = deferred<never>();
  const failing = task(async () => input.promise);
  const first = group(() => failing())();
  const second = group(() => task((_: unknown) => {})(failing()))();
  await turn();
  input.reject("failed");
  assert.equal((await Promise.allSettled([first, second])).map(({ status }) => status), ["rejected", "rejected"]);
  await turn();
  await hasSlots(group, 1);
});

returned("a task aborted while it waits for the returned handle keeps its slot while that one's body runs", async () => {
  const log: Log = [];
  const { body, end } = bodies(log);
  const group = task({ concurrency: 1 });
  const inner: Task<unknown>[] = [];
  const outer = group(() => (inner[0] = task(body)("inner")))();
  group(body)("next");
  await turn();
  await turn();
  outer.abort();
  await turn();
  assert.equal([...statuses(outer, inner[0]!), ...log], ["rejected", "pending", "inner"]);
  await end("inner");
  assert.equal(log, ["inner", "next"]);
});

returned("a returned handle that is aborted keeps the slot until its body has ended", async () => {
  const log: Log = [];
  const { body, end } = bodies(log);
  const group = task({ concurrency: 1 });
  const inner: Task<unknown>[] = [];
  const outer = group(() => (inner[0] = task(body)("inner")))();
  group(body)("next");
  await turn();
  await turn();
  inner[0]!.abort("unwanted");
  await turn();
  assert.equal([outer.reason, ...log], ["unwanted", "inner"]);
  await end("inner");
  assert.equal(log, ["inner", "next"]);
});

returned("a body that returns a handle aborted before, whose body still runs, keeps its slot", async () => {
  const log: Log = [];
  const { body, end } = bodies(log);
  const group = task({ concurrency: 1 });
  const inner = task(body)("inner");
  await turn();
  inner.abort("unwanted");
  const outer = group(() => inner)();
  group(body)("next");
  await turn();
  assert.equal([outer.reason, ...log], ["unwanted", "inner"]);
  await end("inner");
  assert.equal(log, ["inner", "next"]);
});

returned("a body that aborts its own task and returns a handle keeps its slot until that one's body has ended", async () => {
  const log: Log = [];
  const { body, end } = bodies(log);
  const group = task({ concurrency: 1 });
  const inner = task(body)("inner");
  await turn();
  const self: Task<unknown> = group(() => {
    self.abort();
    return inner;
  })();
  group(body)("next");
  await turn();
  assert.equal([self.status, ...log], ["rejected", "inner"]);
  await end("inner");
  assert.equal(log, ["inner", "next"]);
});

returned("a returned handle that is aborted before it starts gives the slot back: waiting, or queued elsewhere", async () => {
  for (const queued of [false, true]) {
    const group = task({ concurrency: 1 });
    const other = task({ concurrency: 1 });
    const holder = deferred();
    other(() => holder.promise)();
    const inner: Task<unknown>[] = [];
    const outer = group(() => (inner[0] = other((_: unknown) => assert.unreachable())(queued ? 1 : never)))();
    await turn();
    await turn();
    outer.abort();
    assert.equal(statuses(outer, inner[0]!), ["rejected", "rejected"]);
    await hasSlots(group, 1);
    holder.resolve();
    await turn();
    await hasSlots(other, 1);
  }
});

returned("an async body that returns a handle holds its slot until that has settled", async () => {
  const log: Log = [];
  const { body, end } = bodies(log);
  const group = task({ concurrency: 1 });
  const outer = group(async () => task(body)("inner"))();
  group(body)("next");
  await turn();
  outer.abort();
  await turn();
  assert.equal(log, ["inner"]);
  await end("inner");
  assert.equal(log, ["inner", "next"]);
});

returned("handles that wait for each other never settle, and hold up nobody else", async () => {
  const group = task({ concurrency: 1 });
  const pair: Task<unknown>[] = [];
  pair.push(task(() => pair[1])() as Task<unknown>, task(() => pair[0])() as Task<unknown>);
  await turn();
  const outer = group(() => pair[0])();
  await turn();
  assert.equal(statuses(...pair, outer), ["pending", "pending", "pending"]);
  outer.abort();
  assert.is(outer.status, "rejected");
  pair[0]!.abort();
  assert.equal(statuses(...pair), ["rejected", "rejected"]);
  await hasSlots(group, 1);
});

returned.run();

// ------------------------------------------------------------------------------------------------------- property

interface Call {
  name: string;
  group: number;
  dependencies: Call[];
  handle: Task<unknown>;
  hasStarted: boolean;
  /** Until the body ends, where it is one that has to be told to. */
  end: Deferred<unknown> | undefined;
  returned: Call | undefined;
  /** What an async body has returned. */
  awaited: Call | undefined;
  /** The round in which all of its dependencies had settled. */
  readyIn: number | undefined;
}

type Ending = "sync" | "throws" | "async" | "stoppable" | "returns new" | "returns old" | "async returns new";

type Command =
  | { do: "call"; group: number; ending: Ending; inner: Ending; innerGroup: number; on: number[] }
  | { do: "fulfil" | "fail" | "abort"; which: number }
  | { do: "pause" };

const ending = fc.constantFrom<Ending>("sync", "throws", "async", "async", "stoppable", "returns new", "returns old", "async returns new");
const index = fc.nat({ max: 40 });
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("call" as const),
      group: fc.nat({ max: 3 }),
      ending,
      inner: ending,
      innerGroup: fc.nat({ max: 3 }),
      on: fc.oneof({ weight: 2, arbitrary: fc.constant<number[]>([]) }, { weight: 1, arbitrary: fc.array(index, { maxLength: 3 }) }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("fulfil" as const, "fulfil" as const, "fail" as const, "abort" as const), which: index }) },
  { weight: 4, arbitrary: fc.constant({ do: "pause" as const }) },
);

/** Whether the limit still protects what a call does: its body, or that of a handle that it returned, has not ended. */
function isBusy(call: Call): boolean {
  if (!call.hasStarted) return false;
  if (call.end !== undefined || (call.awaited !== undefined && isPending(call.awaited))) return true;
  return call.returned !== undefined && (call.returned.hasStarted ? isBusy(call.returned) : isPending(call.returned));
}

const isPending = ({ handle }: Call): boolean => handle.status === "pending";

async function followCommands(commands: Command[]): Promise<void> {
  const limits = [1, 2, 3, Infinity];
  const groups = limits.map((concurrency) => task({ concurrency }));
  const calls: Call[] = [];
  const starts: Call[] = [];
  let round = 0;

  const busy = (group: number): Call[] => calls.filter((call) => call.group === group && isBusy(call));

  function checkLimits(): void {
    limits.forEach((most, group) => assert.ok(busy(group).length <= most, `group ${group} runs more than ${most}`));
  }

  function create(spec: Extract<Command, { do: "call" }>, dependencies: Call[], others: Call[]): Call {
    const call: Call = {
      name: `${calls.length}`,
      group: spec.group,
      dependencies,
      handle: undefined as never,
      hasStarted: false,
      end: undefined,
      returned: undefined,
      awaited: undefined,
      readyIn: undefined,
    };
    const body = (..._: unknown[]): unknown => {
      starts.push(call);
      call.hasStarted = true;
      const wait = (): Promise<unknown> => {
        call.end = deferred();
        checkLimits();
        return call.end.promise;
      };
      const inner = (): Call => create({ ...spec, group: spec.innerGroup, ending: spec.inner, inner: "async" }, [], others);
      if (spec.ending === "throws") throw call.name;
      if (spec.ending === "async") return wait();
      if (spec.ending === "stoppable") {
        const signal = abortSignal();
        signal.addEventListener("abort", () => finish(call, false));
        return wait();
      }
      if (spec.ending === "returns new" || (spec.ending === "returns old" && others.length > 0)) {
        call.returned = spec.ending === "returns new" ? inner() : others[spec.innerGroup % others.length]!;
        checkLimits();
        return call.returned.handle;
      }
      if (spec.ending === "async returns new") {
        const { handle } = (call.awaited = inner());
        return (async () => handle)();
      }
      return call.name;
    };
    calls.push(call);
    call.handle = groups[spec.group]!(body)(...dependencies.map(({ handle }) => handle));
    return call;
  }

  function finish(call: Call, ok: boolean): void {
    const { end } = call;
    call.end = undefined;
    if (ok) end?.resolve(call.name);
    else end?.reject(call.name);
  }

  async function pause(): Promise<void> {
    await drain();
    checkLimits();
    for (const call of calls) {
      if (call.readyIn === undefined && !call.dependencies.some(isPending)) call.readyIn = round;
    }
    limits.forEach((most, group) => {
      const queued = calls.filter((call) => call.group === group && !call.hasStarted && isPending(call) && call.readyIn !== undefined);
      if (queued.length > 0) {
        assert.is(busy(group).length, most, `${queued.length} are queued in group ${group}, which has free slots`);
      }
      const rounds = starts.filter((call) => call.group === group).map(({ readyIn }) => readyIn!);
      assert.equal(rounds, [...rounds].sort((a, b) => a - b), `group ${group} did not start in the order of readiness`);
    });
    round++;
  }

  const open = (): Call[] => calls.filter(({ end }) => end !== undefined);

  async function finishAll(): Promise<void> {
    for (let i = 0; i < 1000 && open().length > 0; i++) {
      for (const call of open()) finish(call, true);
      await pause();
    }
  }

  for (const step of commands) {
    if (step.do === "pause") await pause();
    else if (step.do === "call") {
      // What exists by now can never wait for this call, so that nothing waits for itself.
      const others = [...calls];
      const dependencies = others.length > 0 ? step.on.map((at) => others[at % others.length]!) : [];
      create(step, dependencies, others);
    } else if (step.do === "abort") calls[step.which % (calls.length || 1)]?.handle.abort(`abort ${step.which}`);
    else {
      const running = open();
      const call = running[step.which % (running.length || 1)];
      if (call !== undefined) finish(call, step.do === "fulfil");
    }
  }
  await pause();
  await finishAll();
  // What is left has used up the slots of its own group.
  for (const { handle } of calls) handle.abort("the end");
  await pause();
  await finishAll();
  assert.equal(calls.filter((call) => isPending(call) || isBusy(call)), []);
  for (const [group, most] of limits.entries()) if (most < Infinity) await hasSlots(groups[group]!, most);
}

const property = suite("concurrency: any course of events");

property("never exceeds a limit, never loses a slot, and starts in the order of readiness", async () => {
  await collectRejections(() =>
    fc.assert(fc.asyncProperty(fc.array(command, { maxLength: 60 }), followCommands), {
      seed: 20_260_101,
      numRuns: 150,
    }),
  );
});

property.run();
