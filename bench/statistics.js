import { median, quantileSorted } from "simple-statistics";

const draws = 1000;

/** @typedef {{ value: number, low: number, high: number }} Estimate with its 95 % interval */

/**
 * The ratio of the medians of two series taken in the same rounds. The bootstrap draws whole rounds, so that what
 * disturbed a round disturbs both.
 *
 * @returns {number[]} the ratio, followed by the ratios of redrawn rounds
 */
export function ratios(series, base) {
  const drawn = [median(series) / median(base)];
  for (let i = 0; i < draws; i++) {
    const rounds = redraw(series.length);
    drawn.push(median(rounds.map((round) => series[round])) / median(rounds.map((round) => base[round])));
  }
  return drawn;
}

/** The same for the median of one series. */
export function medians(series) {
  const drawn = [median(series)];
  for (let i = 0; i < draws; i++) drawn.push(median(redraw(series.length).map((round) => series[round])));
  return drawn;
}

/** The geometric means of several such lists, draw by draw. */
export function geometricMeans(lists) {
  return lists[0].map((_, i) => Math.exp(lists.reduce((sum, list) => sum + Math.log(list[i]), 0) / lists.length));
}

/** @returns {Estimate} */
export function estimate([value, ...drawn]) {
  const sorted = drawn.sort((a, b) => a - b);
  return { value, low: quantileSorted(sorted, 0.025), high: quantileSorted(sorted, 0.975) };
}

/**
 * Several runs as one: the median of their values, and an interval that holds all of theirs.
 *
 * @param {Estimate[]} runs
 * @returns {Estimate | undefined}
 */
export function together(runs) {
  const known = runs.filter((run) => run);
  if (known.length === 0) return undefined;
  return {
    value: median(known.map(({ value }) => value)),
    low: Math.min(...known.map(({ low }) => low)),
    high: Math.max(...known.map(({ high }) => high)),
  };
}

function redraw(count) {
  return Array.from({ length: count }, () => Math.floor(Math.random() * count));
}
