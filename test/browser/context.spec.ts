// A page without zone.js, and one to which it comes later.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { task } from "../aiodag.ts";
import { deferred } from "../support/deferred.ts";
import { turn } from "../support/turn.ts";

const host = globalThis as { AsyncContext?: unknown; Zone?: { current: { name: string; fork(spec: { name: string }): { run<R>(body: () => R): R } } } };

const context = suite("async context in a page");

/** How many callbacks are given to promises while `body` runs. */
function countThens(body: () => void): number {
  const { then } = Promise.prototype;
  let count = 0;
  Promise.prototype.then = function (this: Promise<unknown>, ...args: unknown[]) {
    count++;
    return Reflect.apply(then, this, args);
  } as typeof then;
  try {
    body();
  } finally {
    Promise.prototype.then = then;
  }
  return count;
}

context("without zone.js and AsyncContext there is none: tasks share one queue, and run in the order of their calls", async () => {
  assert.equal([typeof host.Zone, typeof host.AsyncContext], ["undefined", "undefined"]);
  const log: string[] = [];
  const run = task((name: string, ..._: unknown[]) => void log.push(name));
  const input = deferred();
  assert.is(countThens(() => {
    for (const name of ["a", "b", "c"]) run(name);
  }), 0);
  const last = run("e", input.promise);
  run("d");
  assert.equal(log, []);
  await turn();
  input.resolve();
  await last;
  assert.equal(log, ["a", "b", "c", "d", "e"]);
});

context("where AsyncContext is there, a native then is registered at each call, and carries it", async () => {
  host.AsyncContext = {};
  try {
    const log: string[] = [];
    const run = task((name: string) => void log.push(name));
    assert.is(countThens(() => {
      for (const name of ["a", "b", "c"]) run(name);
    }), 3);
    await turn();
    assert.equal(log, ["a", "b", "c"]);
  } finally {
    delete host.AsyncContext;
  }
});

context("zone.js that is loaded after the library and before functions are wrapped keeps the zone of each call", async () => {
  await import("zone.js");
  const { Zone } = host;
  const zones = Array.from({ length: 200 }, (_, i) => Zone!.current.fork({ name: `request ${i}` }));
  const elsewhere = Zone!.current.fork({ name: "elsewhere" });
  const gate = deferred();
  const here = (): string => Zone!.current.name;
  const read = task((..._: unknown[]) => here());
  const limited = task({ concurrency: 2 })((..._: unknown[]) => here());
  const source = elsewhere.run(() => task(() => gate.promise)());
  const handles = zones.map((zone) => zone.run(() => [read(), read(source), limited(source), source.then(here)]));
  await turn();
  elsewhere.run(() => gate.resolve());
  const seen = await Promise.all(handles.map((names) => Promise.all(names)));
  assert.equal(seen, seen.map((names, i) => names.map(() => `request ${i}`)));
});

context.run();
