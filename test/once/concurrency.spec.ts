import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Task, task } from "../aiodag.ts";
import { deferred } from "../support/deferred.ts";
import { turn } from "../support/turn.ts";

const test = suite("concurrency: long queues");

test("a million bodies go through one slot", async () => {
  let sum = 0;
  const add = task({ concurrency: 1 })((n: number) => void (sum += n));
  let last: Task<unknown> | undefined;
  for (let i = 0; i < 1_000_000; i++) last = add(1);
  await last;
  assert.is(sum, 1_000_000);
});

test("200,000 queued tasks are aborted in any order, and the rest keep theirs", async () => {
  const started: number[] = [];
  const end = deferred();
  const group = task({ concurrency: 1 });
  const run = group((i: number) => {
    started.push(i);
    return i < 0 ? end.promise : undefined;
  });
  run(-1);
  const queued = Array.from({ length: 200_000 }, (_, i) => run(i));
  await turn();
  for (let i = 0; i < 200_000; i++) {
    const at = (i * 77_777) % 200_000;
    if (at % 50_000 !== 7) queued[at]!.abort();
  }
  end.resolve();
  await turn();
  assert.equal(started, [-1, 7, 50_007, 100_007, 150_007]);
  // The slot is there again, and there is one.
  let held = 0;
  const hold = group(() => {
    held++;
    return new Promise<never>(() => {});
  });
  for (let i = 0; i < 2; i++) hold();
  await turn();
  assert.is(held, 1);
});

test.run();
