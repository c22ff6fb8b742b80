// The small table of the quick mode. The ratios are those of the first variant.
import { best, cases, cost, mean, ratio } from "./compared.js";
import { interval, number, table } from "./format.js";

export function summary(timings) {
  const found = cases(timings);
  const variants = [...new Set(timings.map(({ variant }) => variant))];
  const [first] = variants;
  const bases = ["best", ...(variants.includes("all") ? ["all"] : [])];
  const rows = found.map((one) => [
    `${one.shape}, ${one.kind} bodies`,
    ...variants.map((variant) => number(cost(one, variant))),
    best(one) ?? "–",
    ...bases.map((base) => interval(ratio(one, first, base))),
  ]);
  for (const kinds of [["sync"], ["async"], ["sync", "async"]]) {
    const some = found.filter(({ kind }) => kinds.includes(kind));
    if (some.length < 2) continue;
    const means = bases.map((base) => interval(mean(some, first, base)));
    rows.push([`geometric mean, ${kinds.join(" and ")}`, ...Array(variants.length + 1).fill(""), ...means]);
  }
  const failures = timings.filter(({ failure }) => failure).map((timing) => `${timing.variant}, ${timing.shape}, ${timing.kind} bodies: ${timing.failure}`);
  return [table(["ns a task", ...variants, "best by hand", ...bases.map((base) => `${first} / ${base}`)], rows), ...failures].join("\n");
}
