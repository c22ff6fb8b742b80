// `npm run test:reach`: the package as its users get it, in every engine and host that it is said to work in.
//
//   npm run test:reach -- --only installs,firefox
import { parseArgs } from "node:util";
import { install } from "../../scripts/install.mjs";
import { lowerDecorators } from "../fixtures/decorators/lower.ts";
import { closing, line, row, type Result } from "../runner/report.ts";
import { failure } from "../runner/results.ts";
import type { Job, Stage } from "./stage.ts";
import { prepareSystem } from "./support/system.ts";

const { values: options } = parseArgs({ options: { only: { type: "string" }, write: { type: "boolean" } } });
const only = options.only?.split(",");

const started = performance.now();
const system = prepareSystem();
install(new URL("../runtimes/", import.meta.url), "runtimes for the tests");
install(new URL("./", import.meta.url), "registry, bundlers, compilers and hosts for the tests");
lowerDecorators();

// Only now are there the runtimes whose versions the stages tell.
const { openRegistry } = await import("./support/registry.ts");
const { installs } = await import("./installs.ts");
const { enginesStage } = await import("./engines.ts");
const { workers } = await import("./workers.ts");
const { compilers } = await import("./compilers.ts");
const { bundles } = await import("./bundles.ts");
const { pages } = await import("./pages.ts");
const { quality } = await import("./quality.ts");
const { hosts } = await import("./hosts.ts");
const { tables } = await import("./tables.ts");
const { releasing } = await import("./releasing.ts");
await system;

const stages: Stage[] = [installs, enginesStage, workers, compilers, bundles, pages, quality, hosts, tables, releasing];

const results: Result[] = [];
const running = new Set<string>();

async function run({ group, part, run }: Job): Promise<void> {
  const start = performance.now();
  const name = `${group} · ${part}`;
  running.add(name);
  const { outcomes, note } = await run().catch((error: unknown) => ({
    outcomes: [failure(part, error instanceof Error ? (error.stack ?? error.message) : String(error))],
    note: undefined,
  }));
  const result = { group, part, seconds: (performance.now() - start) / 1000, outcomes, note };
  results.push(result);
  running.delete(name);
  console.log(line(result));
}

console.log("Publishing the package to a registry on loopback…");
const registry = await openRegistry();

const jobs: Job[] = [];
for (const stage of stages) {
  const wanted = (id = stage.id): boolean => !only || only.includes(stage.id) || only.includes(id);
  for (const job of await stage.jobs(registry, wanted)) {
    if (wanted(job.id)) jobs.push(job);
  }
}

const queue = [...jobs];

async function work(): Promise<void> {
  for (let job = queue.shift(); job; job = queue.shift()) await run(job);
}

const progress = setInterval(() => {
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`… ${seconds} s, ${results.length} of ${jobs.length} parts done; running: ${[...running].join(", ")}`);
}, 30_000);
await Promise.all([work(), work()]);
clearInterval(progress);

console.log();
for (const group of new Set(jobs.map((job) => job.group))) {
  console.log(row(group, results.filter((result) => result.group === group)));
}
console.log(`\n${((performance.now() - started) / 1000).toFixed(0)} seconds\n`);
const { text, ok } = closing(results);
console.log(text);
process.exit(ok ? 0 : 1);
