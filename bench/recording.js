// What a recording that keeps the newest tasks costs over many tasks: time, and what it holds. In a fresh process.
import { macrotask } from "./measure.js";
import { heap } from "./scale.js";
import { expected, shapes } from "./shapes.js";
import { variants } from "./variants/index.js";

/**
 * @typedef {object} LimitedPlan
 * @property {string} traced URL of the library with aiodag/trace
 * @property {number} limit
 * @property {number} tasks
 *
 * @typedef {object} Limited
 * @property {number[]} times milliseconds a run of the shape without a recording, one a run
 * @property {number[]} recorded the same within the recording
 * @property {{ tasks: number, bytes: number }[]} held what the recording holds after so many tasks
 */

/**
 * @param {LimitedPlan} plan
 * @returns {Promise<Limited>}
 */
export async function limited({ traced, limit, tasks }) {
  const shape = shapes.ladder;
  const right = expected(shape);
  const prepare = (variant) => variants[variant](shape, "async", undefined, traced);
  const [without, within] = [await prepare("imported"), await prepare("recording")];
  const time = async (start) => {
    await macrotask();
    const began = performance.now();
    const result = await start();
    const took = performance.now() - began;
    if (result !== right) throw new Error(`Wrong result: expected ${right}, got ${String(result)}`);
    return took;
  };
  const end = within.begin({ limit: 10 });
  for (let i = 0; i < 20; i++) for (const start of [without, within]) await time(start);
  end();

  const before = await heap();
  const stop = within.begin({ limit });
  const times = [];
  const recorded = [];
  const held = [];
  const runs = tasks / shape.tasks;
  for (let i = 1; i <= runs; i++) {
    times.push(await time(without));
    recorded.push(await time(within));
    // Soon after it has come to its limit, half-way and at the end.
    const done = i * shape.tasks;
    if (done === limit * 2 || i === runs / 2 || i === runs) held.push({ tasks: done, bytes: (await heap()) - before });
  }
  stop();
  return { times, recorded, held };
}
