// From what the jobs measured to RESULTS.md.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { max, median, min } from "simple-statistics";
import { chart } from "./chart.js";
import { best, cases, cost, mean, ratio } from "./compared.js";
import { interval, number, table } from "./format.js";
import { core, everywhere, isolated, peers, recordedIn, recordings, scales, sizes, withContext } from "./jobs.js";
import { nameOf } from "./runtimes.js";
import { shapes } from "./shapes.js";
import { together } from "./statistics.js";
import { byHand } from "./variants/index.js";

const root = fileURLToPath(new URL("../", import.meta.url));
const kinds = ["sync", "async"];
const titles = {
  aiodag: "aiodag",
  all: "by hand, `Promise.all(args).then`",
  await: "by hand, `await` each argument",
  arity: "by hand, by arity",
  inside: "by hand, `await` in the body itself",
  imported: "`aiodag/trace` imported",
  recording: "recording",
};

/** Writes RESULTS.md and the chart beside it to a folder. */
export async function report(done, file, folder) {
  const read = reader(done);
  const names = Object.fromEntries(await Promise.all([...new Set(done.map(({ runtime }) => runtime))].map(async (id) => [id, await nameOf(id)])));
  const text = [
    "# What was measured",
    "Written by `npm run bench`; how to read it, and what exactly is measured: [README.md](./README.md). Ratios are of medians, with a 95 % interval; below 1 aiodag is faster (or the variant named first). Where the interval holds 1, or a goal, nothing is claimed.",
    conditions(done, file, names),
    "## The goals",
    goals(read),
    "![Time against the best way by hand, by shape and runtime](./results.svg)",
    "## Against the best way by hand",
    "The geometric mean over the twelve cases (six shapes, two kinds of bodies) of the time against the fastest of the three ways by hand in that case.",
    means(read, names),
    "By case:",
    byCase(read, names),
    "## With an `AsyncLocalStorage` active",
    contexts(read, names),
    "## With `aiodag/trace`",
    "Against aiodag alone in the same process: with the entry imported and nothing recorded, and with each run recorded from its first call to its last result.",
    recorded(read, names),
    "One recording that keeps the newest 10,000 tasks, over the ladder with async bodies again and again. Bytes are of heap and array buffers after a full collection, beyond those before the recording began.",
    limitedTable(read, names),
    "## Large graphs",
    `Async bodies, each variant in a fresh process. Time is from the first call to the result, bytes are of heap after a full collection: while all tasks wait for the first, and when all are settled and only the last handle is held. The interval of the times is their least and greatest.`,
    scaleTable(read, names),
    "## Nanoseconds a task",
    "Medians. A dash: not measured, for what is said below.",
    ...everywhere.filter((runtime) => names[runtime]).map((runtime) => costs(read, runtime, names)),
    failures(done, names),
  ];
  writeFileSync(new URL("results.svg", folder), await chart(points(read, names), everywhere.flatMap((runtime) => names[runtime] ?? [])));
  writeFileSync(new URL("RESULTS.md", folder), `${text.filter((part) => part).join("\n\n")}\n`);
}

/** The parts that are not of variants side by side. */
const untimed = ["scale", "limited"];

/** Looks up what was measured; what several runs measured is taken together. */
function reader(done) {
  const runs = new Map();
  for (const { runtime, part, plan, result } of done) {
    if (untimed.includes(part)) continue;
    const key = part === "isolated" ? `${runtime} ${plan.variants[0]}` : `${runtime} ${part}`;
    runs.set(key, [...(runs.get(key) ?? []), cases(result)]);
  }
  const cache = new Map();
  const cached = (key, make) => {
    if (!cache.has(key)) cache.set(key, make());
    return cache.get(key);
  };
  /** The part of a full run that measures a variant. */
  const partOf = (variant) => (core.includes(variant) ? "core" : peers.includes(variant) ? "peers" : variant);
  const of = (runtime, part) => runs.get(`${runtime} ${part}`) ?? [];
  const find = (run, shape, kind) => run.find((one) => one.shape === shape && one.kind === kind);
  return {
    partOf,
    mean: (runtime, variant, base, part = partOf(variant)) =>
      cached(`mean ${runtime} ${variant} ${base} ${part}`, () => {
        const means = of(runtime, part).map((run) => mean(run, variant, base)).filter((mean) => mean);
        return means.length > 0 ? { ...together(means), count: means[0].count } : undefined;
      }),
    ratio: (runtime, variant, base, shape, kind, part = partOf(variant)) =>
      cached(`ratio ${runtime} ${variant} ${base} ${shape} ${kind} ${part}`, () =>
        together(of(runtime, part).map((run) => ratio(find(run, shape, kind), variant, base))),
      ),
    cost: (runtime, variant, shape, kind, part = partOf(variant)) => {
      const costs = of(runtime, part).map((run) => cost(find(run, shape, kind), variant)).filter((cost) => cost);
      return costs.length > 0 ? median(costs) : undefined;
    },
    limited: (runtime) => done.find((job) => job.runtime === runtime && job.part === "limited")?.result,
    bestWay: (runtime, shape, kind) => of(runtime, "core").map((run) => best(find(run, shape, kind)))[0],
    scale: (runtime, scale, tasks, variant) =>
      done.find((job) => job.runtime === runtime && job.part === "scale" && job.plan.scale === scale && job.plan.tasks === tasks && job.plan.variant === variant)?.result,
  };
}

function conditions(done, file, names) {
  const [cpu] = cpus();
  const { dependencies } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));
  const git = (...args) => execFileSync("git", args, { encoding: "utf8", cwd: root }).trim();
  const revision = git("rev-parse", "--short", "HEAD") + (git("status", "--porcelain", "src", "mod.ts") ? " with changes" : "");
  const starts = done.map(({ start }) => start);
  const loads = done.map(({ load }) => load);
  const date = (time) => new Date(time).toISOString().slice(0, 16).replace("T", " ");
  const rounds = [...new Map(done.filter(({ plan }) => plan.rounds).map(({ part, plan }) => [part, plan.rounds]))];
  const packages = ["when", ...peers.map((peer) => peer.split(".")[0].toLowerCase()), ...isolated];
  return table(["", ""], [
    ["library", `${relative(root, file)} of revision ${revision}`],
    ["machine", `${cpu.model}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}`],
    ["when", `${date(min(starts))} to ${date(max(starts))} UTC; load of the machine before a job ${min(loads).toFixed(1)} to ${max(loads).toFixed(1)}, median ${median(loads).toFixed(1)}`],
    ["runtimes", Object.values(names).join(", ")],
    ["packages", packages.map((name) => `${name} ${dependencies[name]}`).join(", ")],
    ["rounds", rounds.map(([part, count]) => `${count} a process (${part})`).join(", ")],
  ], "l");
}

/** The table of goals. Of several runtimes, the one that stands worst counts. */
function goals(read) {
  const nodes = ["node20", "node24", "node26"];
  const worst = (estimates) => estimates.filter((estimate) => estimate).sort((a, b) => b.value - a.value)[0];
  const geometric = (runtimes, base, part) => worst(runtimes.map((runtime) => read.mean(runtime, "aiodag", base, part)));
  const everyCase = (runtimes, base) =>
    worst(runtimes.flatMap((runtime) => Object.keys(shapes).flatMap((shape) => kinds.map((kind) => read.ratio(runtime, "aiodag", base, shape, kind)))));
  const large = (measure, tasks) =>
    worst(["node20", "node24"].flatMap((runtime) => ["chain", "layered"].map((scale) => {
      const [one, other] = ["aiodag", "await"].map((variant) => read.scale(runtime, scale, tasks, variant));
      return one && other && measure(one, other);
    })));
  const times = (one, other) => ({
    value: median(one.times) / median(other.times),
    low: min(one.times) / max(other.times),
    high: max(one.times) / min(other.times),
  });
  const bytes = (one, other) => {
    const value = one.pending / other.pending;
    return { value, low: value, high: value };
  };
  const traced = (variant) => worst(recordedIn.map((runtime) => read.mean(runtime, variant, "aiodag", "recording")));
  const rows = [
    ["against the best by hand, Node 20, 24 and 26 (median of 3 runs)", 1.2, 0.8, geometric(nodes, "best")],
    ["worst single shape of these", 3, 1.5, everyCase(nodes, "best")],
    ["against `Promise.all` by hand, Node 20, 24 and 26", 0.6, 0.35, geometric(nodes, "all")],
    ["against the best by hand, Chromium", 0.9, 0.6, geometric(["chromium"], "best")],
    ["the same in Deno", 1.3, 0.8, geometric(["deno"], "best")],
    ["the same in Bun", 1.3, 0.8, geometric(["bun"], "best")],
    ["against `Promise.all` by hand with an `AsyncLocalStorage` active, Node 20 and 22", 0.4, 0.2, geometric(["node20", "node22"], "all", "context")],
    ["against when.lift, Node 20, 24 and 26", 1, 0.6, geometric(nodes, "when.lift")],
    ["against better-all, Node 20, 24 and 26", 0.15, 0.08, geometric(nodes, "better-all", "peers")],
    ["with `aiodag/trace` imported against aiodag alone, Node 20 and 24", 1.05, 1.02, traced("imported")],
    ["recording against not recording, Node 20 and 24", 3, 2.5, traced("recording")],
    ["bytes a pending task against `await` by hand, 10^6 tasks, Node 20 and 24", 0.7, 0.4, large(bytes, 1_000_000)],
    ["time a task in a graph of 10^6 against `await` by hand, Node 20 and 24", 0.9, 0.5, large(times, 1_000_000)],
  ];
  return table(
    ["of several runtimes or shapes the worst", "at least", "aim", "measured", ""],
    rows.map(([what, least, aim, measured]) => [what, `≤ ${least}`, `≤ ${aim}`, interval(measured), verdict(measured, least, aim)]),
  );
}

function verdict(measured, least, aim) {
  if (measured === undefined) return "not measured";
  if (measured.high <= aim) return "aim reached";
  if (measured.high <= least) return "reached";
  if (measured.low > least) return "not reached";
  return "within the spread";
}

function means(read, names) {
  const runtimes = everywhere.filter((runtime) => names[runtime]);
  const rows = [...core, ...peers, ...isolated].map((variant) => [
    titles[variant] ?? variant,
    ...runtimes.map((runtime) => {
      const found = read.mean(runtime, variant, "best");
      return interval(found) + (found && found.count < 12 ? `, ${found.count} cases` : "");
    }),
  ]);
  return table(["", ...runtimes.map((runtime) => names[runtime])], rows);
}

function byCase(read, names) {
  const runtimes = everywhere.filter((runtime) => names[runtime]);
  const rows = Object.keys(shapes).flatMap((shape) =>
    kinds.map((kind) => [
      `${shape}, ${kind} bodies`,
      ...runtimes.map((runtime) => `${interval(read.ratio(runtime, "aiodag", "best", shape, kind))} ${read.bestWay(runtime, shape, kind) ?? ""}`),
    ]),
  );
  return table(["aiodag / the best, and which that is", ...runtimes.map((runtime) => names[runtime])], rows);
}

function contexts(read, names) {
  const rows = withContext.filter((runtime) => names[runtime]).map((runtime) => [
    names[runtime],
    interval(read.mean(runtime, "aiodag", "best", "context")),
    interval(read.mean(runtime, "aiodag", "all", "context")),
    interval(read.mean(runtime, "aiodag", "best")),
    interval(read.mean(runtime, "aiodag", "all")),
  ]);
  return table(["aiodag against", "the best by hand, active", "`Promise.all`, active", "the best by hand, none", "`Promise.all`, none"], rows);
}

function recorded(read, names) {
  const runtimes = recordedIn.filter((runtime) => names[runtime]);
  const row = (title, find) => [title, ...runtimes.flatMap((runtime) => recordings.map((variant) => interval(find(runtime, variant))))];
  return table(
    ["against aiodag alone", ...runtimes.flatMap((runtime) => recordings.map((variant) => `${names[runtime]}, ${titles[variant]}`))],
    [
      ...Object.keys(shapes).flatMap((shape) =>
        kinds.map((kind) => row(`${shape}, ${kind} bodies`, (runtime, variant) => read.ratio(runtime, variant, "aiodag", shape, kind, "recording"))),
      ),
      row("geometric mean", (runtime, variant) => read.mean(runtime, variant, "aiodag", "recording")),
    ],
  );
}

function limitedTable(read, names) {
  const found = recordedIn.flatMap((runtime) => {
    const result = read.limited(runtime);
    return result ? [{ name: names[runtime], ...result }] : [];
  });
  const rows = found.map(({ name, times, recorded, held }) => [
    name,
    number((median(times) * 1e6) / shapes.ladder.tasks),
    number((median(recorded) * 1e6) / shapes.ladder.tasks),
    ...held.map(({ bytes }) => `${(bytes / 2 ** 20).toFixed(2)} MiB`),
  ]);
  const moments = (found[0]?.held ?? []).map(({ tasks }) => `held after ${tasks.toLocaleString("en")} tasks`);
  return table(["", "ns a task, not recording", "recording", ...moments], rows);
}

function scaleTable(read, names) {
  const rows = ["node20", "node24"].flatMap((runtime) =>
    ["chain", "layered"].flatMap((scale) =>
      sizes.flatMap((tasks) =>
        scales.flatMap((variant) => {
          const found = read.scale(runtime, scale, tasks, variant);
          if (!found) return [];
          const [value, low, high] = [median, min, max].map((of) => number((of(found.times) * 1e6) / tasks));
          return [[`${names[runtime]}, ${scale}, ${tasks.toLocaleString("en")} tasks, ${titles[variant]}`, `${value} (${low}–${high})`, number(found.pending), found.left.toFixed(1)]];
        }),
      ),
    ),
  );
  return table(["", "ns a task", "bytes a pending task", "bytes a task left after"], rows);
}

function costs(read, runtime, names) {
  const variants = [...core, ...peers, ...isolated];
  const rows = Object.keys(shapes).flatMap((shape) =>
    kinds.map((kind) => [`${shape}, ${kind}`, ...variants.map((variant) => number(read.cost(runtime, variant, shape, kind)))]),
  );
  return table([names[runtime], ...variants], rows);
}

/** What was left out and why: runtimes that left the same cases out are named together. */
function failures(done, names) {
  const cases = new Map();
  const add = (map, key, value) => map.set(key, [...(map.get(key) ?? []), value]);
  for (const { runtime, part, result } of done) {
    if (untimed.includes(part)) continue;
    for (const { shape, kind, variant, failure } of result) {
      if (failure) add(cases, `${variant}: ${failure}\n${names[runtime]}`, `${shape} ${kind}`);
    }
  }
  const runtimes = new Map();
  for (const [key, left] of cases) {
    const [reason, runtime] = key.split("\n");
    add(runtimes, `${reason}: ${[...new Set(left)].join(", ")}`, runtime);
  }
  if (runtimes.size === 0) return "";
  const all = Object.values(names).length;
  return ["Not measured:", "", ...[...runtimes].map(([what, where]) => `- ${what}${where.length < all ? ` (${where.join(", ")})` : ""}`)].join("\n");
}

function points(read, names) {
  const shown = { aiodag: "aiodag", all: "Promise.all by hand", "when.lift": "when.lift", "better-all": "better-all" };
  return everywhere.filter((runtime) => names[runtime]).flatMap((runtime) =>
    Object.keys(shapes).flatMap((shape) =>
      kinds.flatMap((kind) =>
        Object.entries(shown).flatMap(([variant, name]) => {
          const found = read.ratio(runtime, variant, "best", shape, kind);
          return found ? [{ runtime: names[runtime], case: `${shape}, ${kind}`, variant: name, ...found }] : [];
        }),
      ),
    ),
  );
}
