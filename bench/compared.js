// From timings to ratios.
import { median } from "simple-statistics";
import { estimate, geometricMeans, ratios } from "./statistics.js";
import { byHand } from "./variants/index.js";

/** The timings of one process by shape and kind of bodies: `{ shape, kind, tasks, of: { variant: timing } }`. */
export function cases(timings) {
  const found = new Map();
  for (const timing of timings) {
    const { shape, kind, tasks, variant } = timing;
    const key = `${shape} ${kind}`;
    if (!found.has(key)) found.set(key, { shape, kind, tasks, of: {} });
    found.get(key).of[variant] = timing;
  }
  return [...found.values()];
}

/** Nanoseconds a task, or undefined for what was not measured. */
export function cost({ tasks, of }, variant) {
  const samples = of[variant]?.samples ?? [];
  return samples.length > 0 ? (median(samples) * 1e6) / tasks : undefined;
}

/** The fastest of the three ways by hand in this case. */
export function best(one) {
  return byHand.filter((way) => cost(one, way)).sort((a, b) => cost(one, a) - cost(one, b))[0];
}

/** The ratio of two variants in one case, and of redrawn rounds; undefined for what was not measured. */
function drawn(one, variant, base) {
  const other = base === "best" ? best(one) : base;
  if (cost(one, variant) === undefined || cost(one, other) === undefined) return undefined;
  return ratios(one.of[variant].samples, one.of[other].samples);
}

/** The ratio of two variants in one case; `base` may be `"best"`. */
export function ratio(one, variant, base) {
  const draws = drawn(one, variant, base);
  return draws && estimate(draws);
}

/** The geometric mean of a ratio over those cases where both were measured. */
export function mean(cases, variant, base) {
  const known = cases.map((one) => drawn(one, variant, base)).filter((draws) => draws);
  return known.length > 0 ? { ...estimate(geometricMeans(known)), count: known.length } : undefined;
}
