// What large graphs cost: time, bytes while pending, and what is left of them after. One variant in a fresh process.
import { chain, expected, layered } from "./shapes.js";
import { macrotask } from "./measure.js";
import { variants } from "./variants/index.js";

const width = 100;
const graphs = { chain, layered: (tasks) => layered(width, tasks / width) };

/**
 * @typedef {object} ScalePlan
 * @property {string} lib URL of the library under test
 * @property {"chain" | "layered"} scale
 * @property {number} tasks
 * @property {"sync" | "async"} kind
 * @property {string} variant
 * @property {number} rounds
 *
 * @typedef {object} Scale
 * @property {number[]} times milliseconds from the first call to the result, one a round
 * @property {number} pending bytes a task while all wait for the first
 * @property {number} left bytes a task when all have settled and only the last handle is held
 */

/**
 * @param {ScalePlan} plan
 * @returns {Promise<Scale>}
 */
export async function scale({ lib, scale, tasks, kind, variant, rounds }) {
  const prepare = (shape) => variants[variant](shape, kind, lib);
  const small = await prepare(graphs[scale](10_000));
  for (let i = 0; i < 20; i++) await small();

  const shape = graphs[scale](tasks);
  const run = await prepare(shape);
  const times = [];
  for (let i = 0; i < rounds; i++) {
    await macrotask();
    const start = performance.now();
    check(await run(), expected(shape));
    times.push(performance.now() - start);
  }

  let open;
  const gate = new Promise((resolve) => {
    open = resolve;
  });
  const before = await heap();
  const end = run(gate);
  const pending = (await heap()) - before;
  open(1);
  await end;
  const left = (await heap()) - before;
  check(end instanceof Promise, true);
  return { times, pending: pending / tasks, left: left / tasks };
}

function check(result, right) {
  if (result !== right) throw new Error(`Wrong result: expected ${right}, got ${String(result)}`);
}

/** Bytes in use after a full garbage collection; what has been settled by then is let go of first. */
export async function heap() {
  for (let i = 0; i < 3; i++) {
    await macrotask();
    globalThis.gc();
  }
  const { heapUsed, arrayBuffers } = globalThis.process.memoryUsage();
  return heapUsed + arrayBuffers;
}
