/** Recordings to draw, on a clock that takes no time. */
import type * as core from "../../mod.ts";
import type * as entry from "../../trace.ts";
import { createClock } from "./clock.ts";
import { stopTime } from "./time.ts";

/** A run with tasks of every status, and dependencies of every kind. */
export function recordVariety({ task }: typeof core, { trace }: typeof entry): Promise<entry.Recording> {
  return stopTime(async (setTime) => {
    const clock = createClock(setTime);
    const run = trace();
    const load = task({ concurrency: 2 })(async function load(ms: number) {
      await clock.sleep(ms);
      return ms;
    });
    const loads = [load(50), load(30), load(20), load(400), load(5)] as const;
    const fetchUser = task(async function fetchUser(_: unknown) {
      await clock.sleep(10);
      throw new TypeError("Failed to fetch https://example.com/users/1");
    });
    const failed = fetchUser(loads[1]);
    task(function renderProfile(_: unknown) {})(failed).catch(() => {});
    const watch = task(function watch() {
      return clock.sleep(1000);
    })();
    task(function summarize(_: unknown) {})(watch).catch(() => {});
    const inner = task(async function inner() {
      await clock.sleep(30);
    });
    task(function relay(..._: unknown[]) {
      return inner();
    }, loads[2])(loads[0]);
    task({ settled: true })(async function report(..._: unknown[]) {
      await clock.sleep(20);
    })(failed, loads[0]);
    const slow = task(async function slow(_: unknown) {
      await clock.sleep(500);
    })(loads[0]);
    task(function wait(..._: unknown[]) {})(slow, loads[1]);
    const write = task({ concurrency: 1 })(async function write() {
      await clock.sleep(500);
    });
    write();
    write();
    void clock.sleep(60).then(() => watch.abort(new Error("enough")));
    void clock.sleep(65).then(() => run.stop());
    await clock.run();
    return run;
  });
}

/** Numbers from 0 to 1 that are the same each time. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

const names = ["fetchPart", "parse", "resolveImports", "transform", "render", "minify", "hash", "writeFile"];

/** A run of `count` tasks that depend on some of those before them, of which every fiftieth or so fails. */
export function recordRandom(count: number, { task }: typeof core, { trace }: typeof entry): Promise<entry.Recording> {
  return stopTime(async (setTime) => {
    const clock = createClock(setTime);
    const next = random(count);
    const run = trace();
    const handles: core.Task<void>[] = [];
    for (let i = 0; i < count; i++) {
      const inputs = new Set<core.Task<void>>();
      const wanted = i < Math.max(6, count / 20) ? 0 : 1 + Math.floor(next() * next() * 4);
      for (let j = 0; j < wanted; j++) {
        inputs.add(handles[next() < 0.05 ? Math.floor(next() * i) : Math.max(0, i - 1 - Math.floor(next() * 40))]!);
      }
      const ms = 1 + Math.floor(next() * 100);
      const fails = next() < 0.02;
      const body = async (..._: unknown[]): Promise<void> => {
        await clock.sleep(ms);
        if (fails) throw new Error("Nothing there");
      };
      handles.push(task({ name: names[Math.floor(next() * names.length)] })(body)(...inputs));
    }
    const ended = Promise.allSettled(handles);
    await clock.run();
    await ended;
    run.stop();
    return run;
  });
}
