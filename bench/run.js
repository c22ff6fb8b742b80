// `npm run bench`: see README.md.
import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import { install } from "../scripts/install.mjs";

install(new URL("./", import.meta.url), "the benchmark's packages");
install(new URL("../test/runtimes/", import.meta.url), "the runtimes");

const { values: options } = parseArgs({
  options: {
    runtime: { type: "string" },
    part: { type: "string" },
    rounds: { type: "string" },
    lib: { type: "string" },
    quick: { type: "boolean" },
    shape: { type: "string" },
    kind: { type: "string" },
    variants: { type: "string" },
    context: { type: "boolean" },
  },
});

const { jobs, work } = await import("./jobs.js");
const { library, runIn, runtimes, tracedLibrary } = await import("./runtimes.js");
const { shapes } = await import("./shapes.js");
const { byHand } = await import("./variants/index.js");

const list = (option, otherwise) => option?.split(",") ?? otherwise;
const file = options.lib ?? fileURLToPath(new URL("../dist/mod.js", import.meta.url));
const lib = await library(file);
const traced = await tracedLibrary(file);
const rounds = options.rounds === undefined ? undefined : Number(options.rounds);

if (options.quick) {
  const { summary } = await import("./summary.js");
  const plan = {
    lib,
    traced,
    shapes: list(options.shape, Object.keys(shapes)),
    kinds: list(options.kind, ["sync", "async"]),
    variants: list(options.variants, ["aiodag", ...byHand]),
    rounds: rounds ?? 30,
    sample: 5,
    warm: 150,
    context: options.context,
  };
  for (const runtime of list(options.runtime, ["node20"])) {
    console.log(`\n${runtime}${options.context ? ", an AsyncLocalStorage active" : ""}: ${file}\n`);
    console.log(summary(await runIn(runtime, plan)));
  }
} else {
  const { report } = await import("./report.js");
  const wanted = jobs.filter(
    ({ runtime, part }) => list(options.runtime, runtimes).includes(runtime) && list(options.part, [part]).includes(part),
  );
  const done = await work({ lib, traced }, wanted, rounds);
  // Only what a whole run has measured goes into the repository.
  const isWhole = done.length === jobs.length && rounds === undefined && options.lib === undefined;
  const folder = new URL(isWhole ? "./" : "./results/", import.meta.url);
  await report(done, file, folder);
  console.log(`${done.length} of ${jobs.length} jobs done: see ${fileURLToPath(new URL("RESULTS.md", folder))}`);
}
