import { suite } from "uvu";
import * as assert from "uvu/assert";
import { task } from "../aiodag.ts";
import { gc } from "../support/runtime.ts";
import { trace } from "../trace.ts";

const memory = suite("a limited recording");

async function used(): Promise<number> {
  await gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1e6;
}

memory("of a million tasks needs no more memory for the second half than for the first", async () => {
  const run = trace({ limit: 10_000 });
  const next = task(function next(n: number, _: number) {
    return n + 1;
  });
  const fail = task((): void => {
    throw new Error("to be forgotten");
  });
  const half = async (first: number): Promise<number> => {
    let last = next(first, 0);
    for (let i = 1; i < 500_000; i++) {
      last = next(last, last);
      if (i % 100 === 0) fail().catch(() => {});
      if (i % 1000 === 0) await last;
    }
    await last;
    await run.idle();
    return used();
  };
  const first = await half(0);
  const second = await half(1);
  run.stop();
  assert.ok(second - first < 3, `${first.toFixed(1)} MB, then ${second.toFixed(1)} MB`);
  assert.is(run.tasks.length, 10_000);
  assert.is(run.dropped, 1_009_998 - 10_000);
});

memory.run();
