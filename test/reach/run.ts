// `npm run test:reach`: the package as its users get it, in every engine and host that it is said to work in.
//
//   npm run test:reach -- --only installs,firefox
import { parseArgs } from "node:util";
import { install } from "../../scripts/install.mjs";
import { lowerDecorators } from "../fixtures/decorators/lower.ts";
import { runJobs } from "../runner/jobs.ts";
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

console.log("Publishing the package to a registry on loopback…");
const registry = await openRegistry();

const jobs: Job[] = [];
for (const stage of stages) {
  const wanted = (id = stage.id): boolean => !only || only.includes(stage.id) || only.includes(id);
  for (const job of await stage.jobs(registry, wanted)) {
    if (wanted(job.id)) jobs.push(job);
  }
}

process.exit((await runJobs(jobs, started)) ? 0 : 1);
