import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Task, abortSignal, all, task } from "../aiodag.ts";
import { collectRejections } from "../support/rejections.ts";
import { turn } from "../support/turn.ts";

const large = suite("abort: graphs that are long or wide");

const SIZE = 200_000;

const never = new Promise<never>(() => {});

type Log = string[];

/** A task that logs its start. */
const logged = (log: Log, name: string) =>
  task((...inputs: unknown[]) => {
    log.push(`${name} runs`);
    return inputs[0];
  });

function isEachAborted(handles: Task<unknown>[], reason: unknown): void {
  const others = handles.filter((handle) => handle.status !== "rejected" || handle.reason !== reason);
  assert.is(others.length, 0);
}

function chainOf(source: Task<unknown>, log: Log): Task<unknown>[] {
  const step = logged(log, "step");
  const handles = [source];
  for (let i = 1; i < SIZE; i++) handles.push(step(handles[i - 1]));
  return handles;
}

large("a chain of 200,000 is aborted from its last task", async () => {
  const { unhandled } = await collectRejections(async () => {
    const log: Log = [];
    let signal!: AbortSignal;
    const source = task(() => {
      signal = abortSignal();
      return never;
    })();
    const handles = chainOf(source, log);
    await turn();
    handles.at(-1)!.abort("unwanted");
    isEachAborted(handles, "unwanted");
    assert.is(signal.aborted, true);
    await turn();
    assert.equal(log, []);
  });
  assert.equal(unhandled, []);
});

large("a chain of 200,000 is aborted from its first task", async () => {
  const { unhandled } = await collectRejections(async () => {
    const log: Log = [];
    const handles = chainOf(task(() => never)(), log);
    await turn();
    handles[0]!.abort("unwanted");
    isEachAborted(handles, "unwanted");
    await turn();
    assert.equal(log, []);
  });
  assert.equal(unhandled, []);
});

large("a chain of 200,000 is aborted from the middle, both ways", () => {
  const log: Log = [];
  const handles = chainOf(logged(log, "first")(never), log);
  handles[SIZE / 2]!.abort("unwanted");
  isEachAborted(handles, "unwanted");
});

for (const end of ["outermost", "innermost"]) {
  large(`a chain of 200,000 returned handles is aborted from its ${end} task`, async () => {
    const handles: Task<unknown>[] = [];
    const step = task((depth: number): Task<unknown> => {
      const next = depth < SIZE ? step(depth + 1) : logged([], "last")(never);
      handles.push(next);
      return next;
    });
    handles.push(step(1));
    while (handles.length <= SIZE) await turn();
    await turn();
    assert.equal(new Set(handles.map(({ status }) => status)), new Set(["pending"]));
    handles.at(end === "outermost" ? 0 : -1)!.abort("unwanted");
    isEachAborted(handles, "unwanted");
  });
}

/** How many elements the methods of arrays that look at all of them have looked at, while `body` ran. */
function countVisits(body: () => void): number {
  const methods = ["filter", "indexOf", "lastIndexOf", "includes", "find", "findIndex", "slice", "splice", "map", "some"];
  const prototype = Array.prototype as unknown as Record<string, (...args: unknown[]) => unknown>;
  const originals = methods.map((method) => prototype[method]!);
  let visits = 0;
  methods.forEach((method, i) => {
    prototype[method] = function (this: unknown[], ...args) {
      visits += this.length;
      return originals[i]!.apply(this, args);
    };
  });
  try {
    body();
  } finally {
    methods.forEach((method, i) => (prototype[method] = originals[i]!));
  }
  return visits;
}

const orders: [string, (i: number) => number][] = [
  ["first to last", (i) => i],
  ["last to first", (i) => SIZE - 1 - i],
  ["in any order", (i) => (i * 77_777) % SIZE],
];
for (const [order, at] of orders) {
  large(`200,000 dependents of a pending task, aborted one by one ${order}, take linear time`, () => {
    const source = logged([], "source")(never);
    const dependent = logged([], "dependent");
    const handles = Array.from({ length: SIZE }, () => dependent(source));
    const visits = countVisits(() => {
      for (let i = 0; i < SIZE - 1; i++) handles[at(i)]!.abort("unwanted");
    });
    assert.is(source.status, "pending");
    handles[at(SIZE - 1)]!.abort("unwanted");
    isEachAborted([...handles, source], "unwanted");
    assert.ok(visits < SIZE * 20, `${visits} elements were looked at`);
  });
}

large("a pending task with 200,000 dependents takes them all along", () => {
  const source = logged([], "source")(never);
  const dependent = logged([], "dependent");
  const handles = Array.from({ length: SIZE }, () => dependent(source));
  source.abort("unwanted");
  isEachAborted(handles, "unwanted");
});

large("a fan-in of 200,000 through all() takes all of them along", () => {
  const member = logged([], "member");
  const handles = Array.from({ length: SIZE }, () => member(never));
  const joined = all(handles);
  joined.abort("unwanted");
  isEachAborted([...handles, joined], "unwanted");
});

large.run();
