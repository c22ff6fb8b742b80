// `npm run bench:compare -- <git revision> [<git revision>]`: see README.md.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { install } from "../scripts/install.mjs";

install(new URL("./", import.meta.url), "the benchmark's packages");
install(new URL("../test/runtimes/", import.meta.url), "the runtimes");

const { cases } = await import("./compared.js");
const { interval, number, table } = await import("./format.js");
const { library, runIn } = await import("./runtimes.js");
const { shapes } = await import("./shapes.js");
const { estimate, geometricMeans, ratios } = await import("./statistics.js");
const { median } = await import("simple-statistics");

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runtime: { type: "string", default: "node20" },
    rounds: { type: "string", default: "10" },
    shape: { type: "string", default: Object.keys(shapes).join() },
    context: { type: "boolean" },
  },
});
if (positionals.length < 1 || positionals.length > 2) {
  console.error("Cannot compare: expected one git revision, to compare the working tree with, or two");
  process.exit(1);
}

const root = fileURLToPath(new URL("../", import.meta.url));

/** The library as it is at a revision, or in the working tree; both are bundled in the same way. */
async function libraryAt(revision) {
  if (revision === undefined) return await library(join(root, "mod.ts"));
  const folder = mkdtempSync(join(tmpdir(), "aiodag-revision-"));
  try {
    const archive = execFileSync("git", ["archive", revision, "mod.ts", "src"], { cwd: root, maxBuffer: 2 ** 26 });
    execFileSync("tar", ["-x", "-C", folder], { input: archive });
    return await library(join(folder, "mod.ts"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const [before, after = "working tree"] = positionals;
const libs = { before: await libraryAt(before), after: await libraryAt(positionals[1]) };
const plan = { shapes: options.shape.split(","), kinds: ["sync", "async"], variants: ["aiodag"], rounds: 10, sample: 5, warm: 150, context: options.context };

/** Of each case, one median a round: every round has a fresh process for each, in the reverse of the last order. */
const series = new Map();
for (let round = 0; round < Number(options.rounds); round++) {
  const order = round % 2 === 0 ? ["before", "after"] : ["after", "before"];
  for (const side of order) {
    for (const { shape, kind, tasks, of } of cases(await runIn(options.runtime, { ...plan, lib: libs[side] }))) {
      const key = `${shape}, ${kind} bodies`;
      if (!series.has(key)) series.set(key, { before: [], after: [] });
      series.get(key)[side].push((median(of.aiodag.samples) * 1e6) / tasks);
    }
  }
  process.stderr.write(`\rround ${round + 1} of ${options.rounds}`);
}
process.stderr.write("\n");

const drawn = new Map([...series].map(([key, sides]) => [key, ratios(sides.after, sides.before)]));
const mean = geometricMeans([...drawn.values()]);
const rows = [...series].map(([key, sides]) => [key, number(median(sides.before)), number(median(sides.after)), interval(estimate(drawn.get(key)))]);
rows.push(["geometric mean", "", "", interval(estimate(mean))]);
console.log(table([`ns a task, ${options.runtime}`, before, after, `${after} / ${before}`], rows));
