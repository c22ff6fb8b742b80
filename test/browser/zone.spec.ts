// A page whose zone.js is there before the library: every call keeps its zone.
import "zone.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Task, all, task } from "../aiodag.ts";
import { deferred } from "../support/deferred.ts";
import { turn } from "../support/turn.ts";

const REQUESTS = 200;

const zones = Array.from({ length: REQUESTS }, (_, i) => Zone.current.fork({ name: `request ${i}` }));
const elsewhere = Zone.current.fork({ name: "elsewhere" });
/** zone.run() as it is, with the type of what it gives back. */
const run = <R>(zone: Zone, body: () => R): R => zone.run<R>(body);
const here = (): string => Zone.current.name;

/** What 200 requests, each in a zone of its own, give back; all of it should be the names of their zones. */
async function keepsZones(request: (i: number) => PromiseLike<string>[]): Promise<void> {
  const seen = await Promise.all(zones.map((zone, i) => run(zone, () => Promise.all(request(i)))));
  assert.ok(seen[0]!.length > 0);
  assert.equal(seen, seen.map((names, i) => names.map(() => `request ${i}`)));
}

const zone = suite("zone.js, loaded before the library");

zone("is there, and patches promises", () => {
  assert.is(run(elsewhere, here), "elsewhere");
  assert.ok((Promise as unknown as Record<string, unknown>)["__zone_symbol__uncaughtPromiseErrors"] !== undefined);
});

zone("bodies run in the zone of their call", () => {
  const read = task((..._: unknown[]) => here());
  const readAsync = task(async (..._: unknown[]) => here());
  return keepsZones((i) => [read(), readAsync(), read(readAsync(i)), readAsync(read(i)), read(turn()), task(here)()]);
});

zone("bodies run in the zone of their call whoever releases them", async () => {
  const native = deferred();
  const source = run(elsewhere, () => task(() => native.promise)());
  const read = task((..._: unknown[]) => here());
  const waiting = zones.map((each) => run(each, () => all([read(source), read(native.promise), task(here, source)()])));
  await turn();
  run(elsewhere, () => native.resolve());
  assert.equal(await Promise.all(waiting), zones.map(({ name }) => [name, name, name]));
});

zone("bodies run in the zone of their call after a queue for a slot", async () => {
  const group = task({ concurrency: 1 });
  const read = group((..._: unknown[]) => here());
  await keepsZones((i) => [read(), read(read(i)), read(turn())]);
});

zone("bodies run in the zone of their call after an abort from another zone", async () => {
  const sources = zones.map(() => task(() => new Promise<never>(() => {}))());
  const reads = zones.map((each, i) => run(each, () => task(here, sources[i]!)()));
  const settled = zones.map((each, i) =>
    run(each, () => task({ settled: true })((_: PromiseSettledResult<never>) => here())(sources[i]!)),
  );
  await turn();
  run(elsewhere, () => sources.forEach((source) => source.abort()));
  assert.equal(await Promise.all(reads), zones.map(({ name }) => name));
  assert.equal(await Promise.all(settled), zones.map(({ name }) => name));
});

zone("callbacks of then, catch and finally run in the zone in which they were registered", async () => {
  const native = deferred();
  const wait = run(elsewhere, () => task(() => native.promise)());
  const fail = run(elsewhere, () => task(async () => {
    await native.promise;
    throw new Error("failed");
  })());
  const seen = zones.map((each) => run(each, () => {
    let last: string | undefined;
    return Promise.all([
      wait.then(here),
      fail.catch(here),
      fail.then(undefined, here).then(here),
      wait.finally(() => (last = here())).then(() => last),
    ]);
  }));
  await turn();
  run(elsewhere, () => native.resolve());
  assert.equal(await Promise.all(seen), zones.map(({ name }) => [name, name, name, name]));
});

zone("a foreign lazy thenable is called in the zone of the call", () =>
  keepsZones(() => {
    const lazy = { then: (resolve: (value: string) => void) => resolve(here()) } as PromiseLike<string>;
    return [task((name: string) => name)(lazy), all([lazy]).then(([name]) => name), task(() => lazy)()];
  }),
);

zone("calls made inside bodies are made in the zone of the body", () =>
  keepsZones(() => {
    const inner = task((_: unknown) => here());
    return [task(() => inner(turn()))(), task(() => task(() => inner(1))())()];
  }),
);

zone("handles are promises, and every promise works with them", async () => {
  const handle = task(() => 1)();
  assert.instance(handle, Promise);
  assert.equal(await Promise.all([handle, Promise.resolve(handle)]), [1, 1]);
  assert.is(await handle, 1);
  assert.is(await Promise.race([handle, new Promise(() => {})]), 1);
  const failed: Task<never> = task((): never => { throw "failed"; })();
  assert.equal(await Promise.allSettled([failed]), [{ status: "rejected", reason: "failed" }]);
});

zone("tasks made ready by the same settlement all start before any microtask that the first of them queues", async () => {
  const log: string[] = [];
  const native = deferred();
  const source = task(() => native.promise)();
  const step = task((name: string, _: unknown) => {
    log.push(name);
    queueMicrotask(() => log.push(`${name}'s microtask`));
  });
  const handles = ["a", "b", "c"].map((name) => step(name, source));
  native.resolve();
  await Promise.all(handles);
  await turn();
  assert.equal(log, ["a", "b", "c", "a's microtask", "b's microtask", "c's microtask"]);
});

zone.run();
