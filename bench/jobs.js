// What a full run consists of: one job is one process, or one page.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { fingerprint, runIn } from "./runtimes.js";
import { shapes } from "./shapes.js";
import { byHand } from "./variants/index.js";

export const everywhere = ["node20", "node24", "node26", "deno", "bun", "chromium"];
export const withContext = ["node20", "node22", "node24", "node26", "deno", "bun"];

export const core = ["aiodag", ...byHand, "inside", "when.lift"];
export const peers = ["better-all", "async.auto", "p-graph", "Effect"];
/** Those that can hang or throw out of reach: each has processes of its own, beside the baseline. */
export const isolated = ["bluebird", "rxjs"];
export const scales = ["aiodag", ...byHand];
/** The library with aiodag/trace in it, not recording and recording: beside the library alone. */
export const recordings = ["imported", "recording"];
export const recordedIn = ["node20", "node24"];
export const sizes = [10_000, 100_000, 1_000_000];

const timed = { shapes: Object.keys(shapes), kinds: ["sync", "async"], rounds: 40, sample: 5, warm: 100 };

/**
 * @typedef {object} Job
 * @property {string} id
 * @property {string} runtime
 * @property {"core" | "peers" | "isolated" | "context" | "recording" | "limited" | "scale"} part
 * @property {object} plan see measure.js, recording.js and scale.js
 *
 * @type {Job[]}
 */
export const jobs = [
  ...[1, 2, 3].flatMap((run) =>
    everywhere.map((runtime) => ({ id: `${runtime}-core-${run}`, runtime, part: "core", plan: { ...timed, variants: core } })),
  ),
  ...withContext.map((runtime) => ({
    id: `${runtime}-context`,
    runtime,
    part: "context",
    plan: { ...timed, variants: core, context: true },
  })),
  ...everywhere.map((runtime) => ({
    id: `${runtime}-peers`,
    runtime,
    part: "peers",
    plan: { ...timed, rounds: 30, variants: ["aiodag", ...byHand, ...peers] },
  })),
  ...everywhere.flatMap((runtime) =>
    isolated.map((peer) => ({
      id: `${runtime}-${peer}`,
      runtime,
      part: "isolated",
      plan: { ...timed, rounds: 30, warm: 60, variants: [peer, ...byHand] },
    })),
  ),
  ...recordedIn.flatMap((runtime) => [
    { id: `${runtime}-recording`, runtime, part: "recording", plan: { ...timed, variants: ["aiodag", ...recordings] } },
    { id: `${runtime}-limited`, runtime, part: "limited", plan: { limit: 10_000, tasks: 1_000_000 } },
  ]),
  ...["node20", "node24"].flatMap((runtime) =>
    sizes.flatMap((tasks) =>
      ["chain", "layered"].flatMap((scale) =>
        scales.map((variant) => ({
          id: `${runtime}-scale-${scale}-${tasks}-${variant}`,
          runtime,
          part: "scale",
          plan: { scale, tasks, kind: "async", variant, rounds: tasks < 1_000_000 ? 9 : 3 },
        })),
      ),
    ),
  ),
];

/**
 * Does the jobs that are wanted, but for those that were done before with the same library, benchmark and plan, and
 * returns all jobs that are done: each with what it measured, when, and how busy the machine was before.
 *
 * @param {{ lib: string, traced?: string }} libraries
 * @param {Job[]} wanted
 * @param {number} [rounds] in place of what the plans say, to try a run out
 */
export async function work({ lib, traced }, wanted, rounds) {
  const folder = new URL("results/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  const benchmark = await fingerprint();
  const texts = [lib, traced].map((path) => (path === undefined ? "" : readFileSync(path, "utf8")));
  const done = [];
  for (const job of jobs) {
    const plan = rounds === undefined || !job.plan.rounds ? job.plan : { ...job.plan, rounds };
    const isTraced = job.part === "recording" || job.part === "limited";
    if (isTraced && traced === undefined) continue;
    const libraries = isTraced ? { lib, traced } : { lib };
    const measured = benchmark + (isTraced ? texts.join("") : texts[0]);
    const hash = createHash("sha256").update(measured).update(JSON.stringify(plan)).digest("hex").slice(0, 12);
    const file = new URL(`${job.id}-${hash}.json`, folder);
    if (!existsSync(file)) {
      if (!wanted.includes(job)) continue;
      const start = Date.now();
      const [load] = loadavg();
      process.stdout.write(`${job.id}… `);
      try {
        writeFileSync(file, JSON.stringify({ start, load, result: await (job.part === "isolated" ? caseByCase : runIn)(job.runtime, { ...plan, ...libraries }) }));
      } catch (error) {
        console.log(`failed: ${error.message}`);
        continue;
      }
      console.log(`${Math.round((Date.now() - start) / 1000)} s`);
    }
    done.push({ ...job, plan, ...JSON.parse(readFileSync(file, "utf8")) });
  }
  return done;
}

/** The same as `runIn`, with a process for every case: a peer that breaks one of them does not take the others along. */
async function caseByCase(runtime, plan) {
  const timings = [];
  for (const shape of plan.shapes) {
    for (const kind of plan.kinds) {
      try {
        timings.push(...(await runIn(runtime, { ...plan, shapes: [shape], kinds: [kind] })));
      } catch (error) {
        const failure = typeof error.code === "number" ? `Its process ended with exit code ${error.code}` : error.message;
        timings.push({ shape, kind, variant: plan.variants[0], tasks: 0, samples: [], failure });
      }
    }
  }
  return timings;
}
