// Times variants beside each other in one process. It runs in every runtime: no import of anything that is not bundled.
import { expected, shapes } from "./shapes.js";
import { variants } from "./variants/index.js";

/** How long one run may take before a variant is left out of a shape, in milliseconds. */
const limits = { slow: 2000, hanging: 4000 };

/**
 * @typedef {object} Plan
 * @property {string} lib URL of the library under test
 * @property {string} [traced] the same with aiodag/trace
 * @property {string[]} shapes
 * @property {("sync" | "async")[]} kinds
 * @property {string[]} variants
 * @property {number} rounds
 * @property {number} sample least duration of a sample in milliseconds: fast runs are repeated
 * @property {number} warm least duration of warming a variant up, in milliseconds
 *
 * @typedef {object} Timing
 * @property {string} shape
 * @property {string} kind
 * @property {string} variant
 * @property {number} tasks in one run
 * @property {number[]} samples milliseconds a run, one sample a round
 * @property {string} [failure] why there are none
 */

/**
 * @param {Plan} plan
 * @returns {Promise<Timing[]>}
 */
export async function measure(plan) {
  const timings = [];
  for (const shape of plan.shapes) {
    for (const kind of plan.kinds) timings.push(...(await compare(shape, kind, plan)));
  }
  return timings;
}

async function compare(shape, kind, plan) {
  const timings = [];
  const contestants = [];
  for (const variant of plan.variants) {
    const timing = { shape, kind, variant, tasks: shapes[shape].tasks * shapes[shape].times, samples: [] };
    timings.push(timing);
    try {
      const run = repeat(shapes[shape], await variants[variant](shapes[shape], kind, plan.lib, plan.traced));
      contestants.push({ run, runs: await warm(run, plan), timing });
    } catch (error) {
      fail(timing, error);
    }
  }
  for (let round = 0; round < plan.rounds; round++) {
    for (const { run, runs, timing } of shuffle(contestants)) {
      if (timing.failure) continue;
      await macrotask();
      try {
        timing.samples.push(await time(run, runs));
      } catch (error) {
        fail(timing, error);
      }
    }
  }
  return timings;
}

/** What has failed once has no timing: its samples could not be paired. */
function fail(timing, error) {
  timing.samples = [];
  timing.failure = String(error?.message ?? error).slice(0, 100);
}

/** A function that runs all graphs of a sample at once and checks what they come to. */
function repeat(shape, start) {
  const right = expected(shape);
  const check = (result) => {
    if (result !== right) throw new Error(`Wrong result: expected ${right}, got ${String(result)}`);
  };
  if (shape.times === 1 && !start.begin) return async () => check(await start());
  return async () => {
    const end = start.begin?.();
    const ends = [];
    for (let i = 0; i < shape.times; i++) ends.push(start());
    for (const result of await Promise.all(ends)) check(result);
    end?.();
  };
}

/** Runs until the compilers had their time, and returns how many runs make a sample. */
async function warm(run, plan) {
  const first = await time(run, 1);
  if (first > limits.slow) throw new Error(`Too slow: ${(first / 1000).toFixed(1)} s a run`);
  const durations = [];
  const end = performance.now() + plan.warm;
  while (durations.length < 5 || performance.now() < end) {
    await macrotask();
    durations.push(await time(run, 1));
  }
  const typical = durations.sort((a, b) => a - b)[Math.floor(durations.length / 2)];
  return Math.max(1, Math.ceil(plan.sample / Math.max(typical, 0.01)));
}

/** Milliseconds a run. */
async function time(run, runs) {
  const start = performance.now();
  await settled(times(run, runs));
  return (performance.now() - start) / runs;
}

async function times(run, runs) {
  for (let i = 0; i < runs; i++) await run();
}

/** Rejects if `promise` has not settled in time. */
function settled(promise) {
  let timer;
  const expiry = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Not settled after ${limits.hanging / 1000} s`)), limits.hanging);
  });
  return Promise.race([promise, expiry]).finally(() => clearTimeout(timer));
}

/** Lets the platform do what is due, as in a program that does more than this. */
export function macrotask() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

function shuffle(list) {
  const shuffled = [...list];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]];
  }
  return shuffled;
}
